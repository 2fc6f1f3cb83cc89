"""What the demonstration says in the terminal: where to go, and what to try there."""

from pathlib import Path

from examples.demo.cast import KIM
from examples.demo.mailbox import Letter
from examples.demo.sites import Sites

_TOLD = """\
Tandvården vid Ån, a clinic that does not exist, is open on this machine alone.

  {sites.booking}  patients book here
  {sites.clinics}/boka  the same in a frame on the clinic's own site
  {sites.staffs}/day  the clinic's day; W: the patient booked on the web
  {sites.staffs}/mailbox  the patients' phones and mailboxes
  {sites.card}?lang=sv  where a recall card leads

What to try:
  Book as {kim.name}, {kim.identity_number}, {kim.mobile}, and tick SMS.
  See the W in the clinic's day, and open the visit: there is its history.
  Follow the link in the phone and move the visit. Cancel it with a comment, then look at the
  watch list and the report.
"""

_CARD = "  Be {card.to}, whose card lies in the mailbox with identity number and code.\n"

_END = "\nNothing is sent to anybody. Ctrl-C ends it all, and {end}."


def told(sites: Sites, card: Letter | None, kept_in: Path | None) -> str:
    """Return what is said once the doors are open.

    Args:
        card: One that a patient got in this run.
        kept_in: Where the database stays.
    """
    text = _TOLD.format(sites=sites, kim=KIM)
    if card:
        text += _CARD.format(card=card)
    end = f"the database stays in {kept_in}" if kept_in else "nothing is left behind"
    return text + _END.format(end=end)
