"""My visit: when and where, until when it can be changed, and what can be done (R29, R39)."""

from starlette.responses import Response

from webtidbok.adapters.texts.calendar_file import MEDIA_TYPE, visit_file
from webtidbok.web.slugs import CALENDAR
from webtidbok.web.visit.hindrances import hindrances
from webtidbok.web.visit.place import Place, at_visit

_CONFLICT = 409

#: What has just been done, as the address says; the page believes it if it can be true.
MOVED = "moved"


@at_visit
def show(place: Place) -> Response:
    """Show the visit: no more than the link told already."""
    return as_it_is(place)


def as_it_is(place: Place, *, is_changed: bool = False) -> Response:
    """Show the visit, maybe to somebody who has just seen it otherwise (R27)."""
    done = place.visitor.query.get("done")
    return place.page(
        "visit/cancelled.html" if place.visit.is_cancelled else "visit/visit.html",
        status=_CONFLICT if is_changed else 200,
        hindrances=hindrances(place.shown),
        is_changed=is_changed,
        is_moved=done == MOVED and place.visit.is_moved_by_patient,
    )


@at_visit
def calendar(place: Place) -> Response:
    """Give the visit as a file for a calendar."""
    visitor = place.visitor
    words = visitor.pages.messages.of(visitor.language)
    now = visitor.book.desk.now()
    return Response(
        visit_file(place.visit, place.shown.clinic, words, now=now),
        media_type=MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{CALENDAR}"'},
    )
