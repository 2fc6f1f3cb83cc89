"""The three sites of the demonstration, and where each is."""

import attrs

from examples.demo.weeks import CLINIC
from webtidbok.model.addresses import Addresses


@attrs.frozen
class Sites:
    """The addresses of the sites; each is an origin of its own to a browser.

    Attributes:
        patients: The library's pages.
        clinics: The make-believe clinic's own site.
        staffs: The screens of staff, and the patients' phones and mailboxes.
    """

    patients: str
    clinics: str
    staffs: str

    @property
    def addresses(self) -> Addresses:
        """The addresses that patients are given."""
        return Addresses(self.patients)

    @property
    def booking(self) -> str:
        """Where patients book, in Swedish."""
        return f"{self.addresses.booking(CLINIC)}?lang=sv"

    @property
    def card(self) -> str:
        """Where patients give the code of a card."""
        return self.addresses.card
