"""The pages of a visit: what each shows and, if it has a form, what takes it."""

from collections.abc import Callable
from typing import TypeAlias

from starlette.responses import Response

from webtidbok.model.addresses import CARD, LINK
from webtidbok.web.slugs import CALENDAR, CANCEL, CONFIRM, MOVE
from webtidbok.web.visit import cancelling, rebooking, showing
from webtidbok.web.visitor import Visitor

_View: TypeAlias = Callable[[Visitor], Response]

_PAGES: tuple[tuple[str, _View, _View | None], ...] = (
    ("", showing.show, None),
    ("/", showing.show, None),
    (f"/{CALENDAR}", showing.calendar, None),
    (f"/{CANCEL}", cancelling.show, cancelling.take),
    (f"/{MOVE}", rebooking.show, None),
    (f"/{MOVE}/{CONFIRM}", rebooking.review, rebooking.take),
)

#: By each way alike.
VIEWS = tuple(
    (f"/{way}{path}", show, take)
    for way in (f"{LINK}/{{token}}", f"{CARD}/{{sitting}}")
    for path, show, take in _PAGES
)
