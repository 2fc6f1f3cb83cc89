"""Names of things. Each is a plain string to the eye and a type of its own to the checker."""

from typing import NewType

ClinicId = NewType("ClinicId", str)
ProviderId = NewType("ProviderId", str)
ResourceId = NewType("ResourceId", str)
KindId = NewType("KindId", str)
TypeId = NewType("TypeId", str)
TemplateId = NewType("TemplateId", str)
PatientId = NewType("PatientId", str)
AppointmentId = NewType("AppointmentId", str)
AbsenceId = NewType("AbsenceId", str)
MessageId = NewType("MessageId", str)

#: What a retried request has in common with the first one; one per clinic and request (R22).
RequestKey = NewType("RequestKey", str)

#: The time of one provider or of one resource, as something that can be occupied.
CalendarId = NewType("CalendarId", str)


def provider_calendar(provider: ProviderId) -> CalendarId:
    """Return the calendar of a provider."""
    return CalendarId(f"provider:{provider}")


def resource_calendar(resource: ResourceId) -> CalendarId:
    """Return the calendar of a resource."""
    return CalendarId(f"resource:{resource}")


def calendars_of(provider: ProviderId, resource: ResourceId | None) -> tuple[CalendarId, ...]:
    """Return what a visit occupies: its provider's calendar and its resource's, if any."""
    if resource is None:
        return (provider_calendar(provider),)
    return provider_calendar(provider), resource_calendar(resource)
