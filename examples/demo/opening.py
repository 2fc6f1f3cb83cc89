"""The demonstration as a whole: a clinic is filled, and the doors of its sites are opened."""

from collections.abc import Mapping
from functools import cached_property, partial
from pathlib import Path

import attrs
from starlette.applications import Starlette
from starlette.types import ASGIApp

from examples.demo.clinic_site import clinic_site
from examples.demo.doors import address_of, open_door, serve
from examples.demo.filling import fill
from examples.demo.installation import Installation, installed_in
from examples.demo.mailbox import Keeping, Mailbox
from examples.demo.mailbox_screens import MailboxScreens
from examples.demo.printing import card_of
from examples.demo.screens import Screens
from examples.demo.sending import Sending
from examples.demo.sites import Sites
from examples.demo.staff import StaffScreens
from examples.demo.telling import told
from examples.demo.weeks import CLINIC, ZONE, example_around
from webtidbok import WebBook
from webtidbok.adapters.standing_clock import StandingClock
from webtidbok.adapters.system import SystemClock
from webtidbok.model.message import Channel
from webtidbok.model.wall_clock import local_date
from webtidbok.ports.messenger import Messenger
from webtidbok.services.dispatching import dispatch_once
from webtidbok.web.app import create_app
from webtidbok.web.site import Site

#: Where the sites are unless somebody else is there: patients', the clinic's own, staff's.
PORTS = (8420, 8421, 8422)


def open_clinic(folder: Path, *, stays: bool) -> None:
    """Fill the clinic, unless the folder holds one, and serve its sites until told to stop.

    Args:
        stays: The folder will be there afterwards.
    """
    doors = [open_door(port) for port in PORTS]
    sites = Sites(*map(address_of, doors))
    with installed_in(folder) as installation:
        demo = Demo(installation, sites)
        demo.fill()
        with Sending(demo.book.desk, installation.outbox, demo.messengers):
            said = told(sites, demo.mailbox.card(), folder if stays else None)
            serve(demo.applications(), doors, opened=partial(print, said, flush=True))


@attrs.frozen(slots=False)
class Demo:
    """A filled clinic behind its three sites."""

    installation: Installation
    sites: Sites
    mailbox: Mailbox = attrs.field(factory=Mailbox)

    @cached_property
    def book(self) -> WebBook:
        """The web book, as it is now."""
        return self.installation.book(SystemClock())

    @property
    def messengers(self) -> Mapping[Channel, Messenger]:
        """What takes each message to the mailbox."""
        return dict.fromkeys(Channel, Keeping(self.mailbox, self.sites.addresses))

    def fill(self) -> None:
        """Fill the clinic with what there is around today, unless it is there already."""
        today = local_date(self.book.desk.now(), ZONE)
        example = example_around(today, framed_by=self.sites.clinics)
        if CLINIC in self.installation.store.clinic_ids():
            self.book.change_settings(example.clinic)
            return
        clock = StandingClock(self.book.desk.now())
        book = self.installation.book(clock)
        send = partial(dispatch_once, book.desk, self.installation.outbox, self.messengers)
        printed = fill(book, clock, example, today, send=send)
        self.mailbox.put("card", card_of(self.book, printed, self.sites.addresses))

    def applications(self) -> Mapping[str, ASGIApp]:
        """Return what is behind each door."""
        screens = Screens(self.sites)
        staff = StaffScreens(self.book, CLINIC, screens)
        mailbox = MailboxScreens(self.mailbox, ZONE, screens)
        return {
            self.sites.patients: create_app(self.book, Site(addresses=self.sites.addresses)),
            self.sites.clinics: clinic_site(
                self.book.clinic(CLINIC), screens, self.sites.addresses
            ),
            self.sites.staffs: Starlette(
                routes=[*staff.routes(), *mailbox.routes(), *screens.routes()]
            ),
        }
