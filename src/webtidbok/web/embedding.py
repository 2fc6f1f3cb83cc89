"""What a clinic puts on its own site: the booking page in a frame, or a button to it (R4)."""

from importlib.resources import files

from markupsafe import Markup

from webtidbok.adapters.texts.catalogues import Catalogues
from webtidbok.model.addresses import FILES, Addresses
from webtidbok.model.clinic import Clinic

#: Files at an address that never changes: what stands on another site is not written anew by us.
_NOW = "now"

_FRAME = Markup(
    '<iframe class="webtidbok" src="{address}" title="{title}"'
    ' width="100%" height="900" style="border: 0" loading="lazy"></iframe>\n'
    '<script src="{script}" async></script>'
)
_BUTTON = Markup(
    '<link rel="stylesheet" href="{style}">\n<a class="webtidbok" href="{address}">{text}</a>'
)


def embed_code(addresses: Addresses, clinic: Clinic, *, language: str | None = None) -> str:
    """Return the HTML that shows the clinic's booking page in a frame, for its own site.

    The site must be among the clinic's `frame_ancestors`. The script gives the frame the height
    of the page in it; where scripts are not allowed, the frame scrolls.

    Args:
        language: In which the page is; None: as the browser asks.
    """
    return _FRAME.format(
        address=_address(addresses, clinic, language),
        title=f"{_words(clinic, language)}, {clinic.name}",
        script=_file(addresses, "embed.js"),
    )


def button_code(addresses: Addresses, clinic: Clinic, *, language: str | None = None) -> str:
    """Return the HTML of a button that leads to the clinic's booking page.

    Args:
        language: Of the button and of the page; None: the clinic's first, and as the browser asks.
    """
    return _BUTTON.format(
        address=_address(addresses, clinic, language),
        text=_words(clinic, language),
        style=_file(addresses, "button.css"),
    )


def _address(addresses: Addresses, clinic: Clinic, language: str | None) -> str:
    chosen = f"?lang={language}" if language else ""
    return addresses.booking(clinic.id) + chosen


def _words(clinic: Clinic, language: str | None) -> str:
    texts = Catalogues(files("webtidbok.web") / "locale")
    return texts.of(language or clinic.languages[0]).gettext("Book a visit")


def _file(addresses: Addresses, name: str) -> str:
    return f"{addresses.base}/{FILES}/{_NOW}/{name}"
