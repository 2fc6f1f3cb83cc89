"""What a message tells, and the words of its language: what SMS and mail are both made from."""

from datetime import datetime
from functools import cached_property
from gettext import NullTranslations

import attrs

from webtidbok.adapters.texts.catalogues import Catalogues
from webtidbok.adapters.texts.formats import Formats
from webtidbok.model.addresses import Addresses
from webtidbok.model.changeable import Action
from webtidbok.model.clinic import Clinic
from webtidbok.model.codes import LinkToken
from webtidbok.ports.messenger import Outgoing


@attrs.frozen(kw_only=True)
class Teller:
    """Has the words of an installation, and knows where its pages are.

    Attributes:
        catalogues: Of `message_catalogues`.
        addresses: Where links lead.
    """

    catalogues: Catalogues
    addresses: Addresses

    def telling(self, outgoing: Outgoing) -> "Telling":
        """Return a message, ready to be told."""
        return Telling(outgoing=outgoing, teller=self)


@attrs.frozen(kw_only=True)
class Telling:
    """A message in the language of its receiver.

    The year of a time is written where it is not that in which the message was written, so that
    a repeat reads the same.
    """

    outgoing: Outgoing
    teller: Teller

    @cached_property
    def words(self) -> NullTranslations:
        """The texts of the message's language."""
        return self.teller.catalogues.of(self.outgoing.message.language)

    @property
    def language(self) -> str:
        """The language that the words are in: English where the message's has none."""
        asked = self.outgoing.message.language
        return asked if asked in self.teller.catalogues.languages else "en"

    @property
    def clinic(self) -> Clinic:
        """The clinic that writes."""
        return self.outgoing.clinic

    @property
    def start(self) -> datetime:
        """When the visit is; when it would have been, if it is cancelled."""
        return self.outgoing.message.placement.span.start

    @property
    def link(self) -> str | None:
        """The way to the visit; None where the message carries none (R29)."""
        token = self.outgoing.message.token
        return self.teller.addresses.visit(LinkToken(token)) if token else None

    @property
    def may(self) -> frozenset[Action]:
        """What the patient may do by the link."""
        return self.outgoing.actions if self.link else frozenset()

    def say(self, text: str, **facts: str) -> str:
        """Return a text of the catalogues in the message's language, filled in."""
        return self.words.gettext(text) % facts

    def moment(self, moment: datetime) -> str:
        """Return a time, `måndag 30 november kl. 09.00`."""
        return self._formats.moment(moment, now=self._written_at)

    def short_moment(self, moment: datetime) -> str:
        """Return a time in a few letters, `mån 30 nov kl. 09.00`."""
        return self._formats.short_moment(moment, now=self._written_at)

    @cached_property
    def _formats(self) -> Formats:
        return Formats(self.outgoing.message.language, self.clinic.time_zone)

    @property
    def _written_at(self) -> datetime:
        return self.outgoing.message.written_at
