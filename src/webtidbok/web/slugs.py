"""The last words of pages' addresses; templates have them as `slugs`."""

#: Of a new booking: the form for the details, the confirmation, giving the held time back.
DETAILS, CONFIRM, RELEASE = "uppgifter", "bekrafta", "slapp"

#: Of a visit. Moving it is confirmed too.
MOVE, CANCEL, CALENDAR = "boka-om", "avboka", "kalender.ics"
