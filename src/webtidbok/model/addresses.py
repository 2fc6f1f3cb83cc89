"""The addresses on the web at which an installation answers its patients (R4, R29)."""

import re
from urllib.parse import quote

import attrs

from webtidbok.errors import InvalidValue
from webtidbok.model.codes import LinkToken
from webtidbok.model.ids import ClinicId

_BASE = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~-]+)*")
_BASE_MOST = 200


#: Where the pages begin that are no clinic's own: links to visits, the card page, files.
LINK, CARD, FILES = "t", "kort", "static"
OUR_NAMES = frozenset({LINK, CARD, FILES})

#: What browsers, and servers before us, take for something other than a name.
_DOTS = frozenset({".", ".."})
_ESCAPE = "~"


def segment_of(id: str) -> str:  # noqa: A002 - the domain's word
    """Return the part of a path that stands for an id: the id itself, percent-encoded.

    An id that would not arrive, or would be taken for a page of ours, is written otherwise, so
    that nothing of any name is out of reach.

    >>> segment_of("solbacken"), segment_of("kort"), segment_of("norr/syd")
    ('solbacken', '~6b6f7274', '~6e6f72722f737964')
    """
    if id in OUR_NAMES | _DOTS or "/" in id or id.startswith(_ESCAPE):
        return _ESCAPE + id.encode().hex()
    return quote(id, safe="")


def id_in(segment: str) -> str:
    """Return the id that a part of a path stands for, once it is no longer percent-encoded."""
    if not segment.startswith(_ESCAPE):
        return segment
    try:
        return bytes.fromhex(segment.removeprefix(_ESCAPE)).decode()
    except ValueError:
        return segment


def _without_closing_slash(base: str) -> str:
    return base.removesuffix("/")


@attrs.frozen
class Addresses:
    """Where the pages of an installation are: under one base address, of all its clinics.

    >>> addresses = Addresses("https://boka.example.com/")
    >>> addresses.card, addresses.booking(ClinicId("solbacken"))
    ('https://boka.example.com/kort', 'https://boka.example.com/solbacken')

    Attributes:
        base: `https://boka.example.com`, maybe with a path; without a closing slash.

    Raises:
        InvalidValue: `base` is no such address, is longer than 200 characters, or has a query,
            a fragment or a user.
    """

    base: str = attrs.field(converter=_without_closing_slash)

    def __attrs_post_init__(self) -> None:
        if len(self.base) > _BASE_MOST or not _BASE.fullmatch(self.base):
            raise InvalidValue("base address", "is not an address on the web")

    def visit(self, token: LinkToken) -> str:
        """Return the link to an appointment: whoever has it may see and change it (R29)."""
        return f"{self.base}/{LINK}/{token.token}"

    @property
    def card(self) -> str:
        """The page that asks for identity number and code, for all clinics alike (R29)."""
        return f"{self.base}/{CARD}"

    def booking(self, clinic: ClinicId) -> str:
        """Return the clinic's own page for new bookings (R4)."""
        return f"{self.base}/{segment_of(clinic)}"
