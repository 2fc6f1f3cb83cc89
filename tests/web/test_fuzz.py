"""Whatever is sent to whatever page, it is answered as we foresaw: never with a 500."""

from urllib.parse import quote, urlencode

from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.services.change_scenes import way_in_to
from tests.services.scenes import LINDEN, booked, linden, link_to
from tests.web.booking_scenes import typed
from tests.web.browsing import FORM
from webtidbok.adapters.keys import FixedKeys
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.adapters.memory.throttle import MemoryThrottle
from webtidbok.model.appointment import Appointment
from webtidbok.services.desk import Desk
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import NOW, at
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.randomness import CountedRandomness
from webtidbok.web.app import create_app
from webtidbok.web.application import _VIEWS
from webtidbok.web.site import Site
from webtidbok.web.steps import Steps

STORE = MemoryStore()
DESK = Desk(
    store=STORE,
    records=STORE,
    clock=StandingClock(NOW),
    randomness=CountedRandomness(),
    keys=FixedKeys(b"a key of the tests, which is long enough"),
    throttle=MemoryThrottle(),
)
BOOK = WebBook(DESK)
BOOK.add_clinic(linden())
CLIENT = TestClient(create_app(BOOK), base_url="https://boka.example.com")


VISITS = [booked(BOOK, clock, place) for place, clock in ((1, "13:00"), (2, "15:00"))]
TOKENS = [link_to(visit).token.token for visit in VISITS]


def _written(purpose: str, **content: object) -> str:
    return Steps(DESK, Site().step_lifetime).written(purpose, content)


def _step(wish: list[str]) -> str:
    return _written("book", clinic=LINDEN, secret="AAAAAAAAAAAAAAAAAAAAAA==", wish=wish)


def _sitting(place: int, visit: Appointment) -> str:
    shown = BOOK.card_shown(way_in_to(BOOK, visit, place), visit)
    return _written("card shown", clinic=LINDEN, visit=visit.id, codes=shown.code_hashes)


SITTINGS = [_sitting(place, visit.appointment) for place, visit in enumerate(VISITS, 1)]

STEPS = [
    _step([]),
    _step(["check-up", "anna", at("09:00").isoformat()]),
    _step(["filling", "bo", at("10:00").isoformat()]),
    _step(["gone", "nobody", at("03:33").isoformat()]),
    _written("card"),
    _written(f"avboka\0t\0{TOKENS[0]}", revision=1, key="cancel"),
    _written(f"boka-om 2026-12-07T08:00Z\0t\0{TOKENS[1]}", revision=1, key="move"),
    _written(f"boka-om 2026-12-07T08:00Z\0kort\0{SITTINGS[1]}", revision=1, key="move too"),
]

anything = st.text(max_size=20) | st.binary(max_size=20).map(lambda raw: raw.decode("latin-1"))
values = {
    "step": st.sampled_from(STEPS),
    "time": st.sampled_from(
        ["2026-12-07T08:00Z anna", "2026-12-07T08:07Z anna", "x anna", "2026-12-07T08:00Z"]
    ),
    "part": st.sampled_from(["morning", "night"]),
    "comment": st.sampled_from(["", "a" * 501]),
    "code": st.sampled_from(["", "0123-4567"]),
    "change": st.sampled_from(["", "", "yes"]),
    "week": st.sampled_from(["2026-W49", "2026-W00", "0000-W01"]),
    "lang": st.sampled_from(["sv", "en", "xx"]),
    **{name: st.just(str(text)) for name, text in typed().items()},
}


@st.composite
def fields(draw: st.DrawFn) -> dict[str, str]:
    """Draw the fields of a form of ours, some of them left out and a few made worse."""
    given_ = {name: draw(known) for name, known in values.items()}
    for name in draw(st.lists(st.sampled_from([*values, "other"]), max_size=3)):
        given_[name] = draw(anything)
    for name in draw(st.lists(st.sampled_from([*values]), max_size=2)):
        given_.pop(name, None)
    return given_


def _mostly(*known: str) -> st.SearchStrategy[str]:
    return st.sampled_from([*known] * 4 + ["nowhere", "~", "~zz", "~6b"]) | st.sampled_from(known)


PARTS = {
    "{clinic}": _mostly("linden"),
    "{type}": _mostly("check-up", "filling"),
    "{token}": _mostly(*TOKENS, "A" * 22),
    "{sitting}": _mostly(*SITTINGS, *TOKENS),
}
paths = st.sampled_from([path for path, _, _ in _VIEWS] * 3 + ["/static/{a}/{b}", "/{a}/{b}/{c}"])


@st.composite
def addresses(draw: st.DrawFn) -> str:
    """Draw a path of ours with something in each of its parts, and a query."""
    parts = draw(paths).split("/")[1:]
    filled = [draw(PARTS.get(part, anything)) if part.startswith("{") else part for part in parts]
    # The client takes dots for a way up.
    shown = [quote(part.strip(".") or "x", safe="", errors="replace") for part in filled]
    return "/" + "/".join(shown) + "?" + urlencode(draw(fields()), errors="replace")


@settings(max_examples=200)
@given(address=addresses(), method=st.sampled_from(["GET", "GET", "HEAD", "PUT", "OPTIONS"]))
def test_looking_at_any_address(address: str, method: str) -> None:
    assert CLIENT.request(method, address).status_code < 500


@settings(max_examples=200)
@given(address=addresses(), form=fields() | fields() | st.binary(max_size=200))
def test_sending_anything_to_any_address(address: str, form: dict[str, str] | bytes) -> None:
    body = form if isinstance(form, bytes) else urlencode(form, errors="replace").encode()
    answer = CLIENT.post(address, content=body, headers={"Content-Type": FORM})

    assert answer.status_code < 500
