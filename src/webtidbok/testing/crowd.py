"""A crowded clinic: two mornings, two providers, two chairs, so that people meet there often."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs
from hypothesis import strategies as st

from webtidbok.model.appointment import Placement
from webtidbok.model.change_limit import HoursBefore
from webtidbok.model.changeable import Action, Changeable, Origin
from webtidbok.model.clinic import Clinic, WebBooking
from webtidbok.model.ids import ProviderId, TypeId
from webtidbok.model.instants import DAY, MINUTE
from webtidbok.model.patient import Patient
from webtidbok.model.timespan import TimeSpan
from webtidbok.services.searching import PartOfDay, Wishes
from webtidbok.testing.builders import (
    A_MONDAY,
    ANNA,
    BO,
    CHAIR_1,
    CHAIR_2,
    CHECK_UP,
    FILLING,
    VISITS,
    a_clinic,
    a_mobile,
    a_patient,
    a_type,
    a_web_booking,
    at,
)

#: The days on which things happen, and when it is that they begin to: shortly before it is too
#: late to change the first visits.
CROWDED_DAYS = (A_MONDAY, A_MONDAY + DAY)
THE_SUNDAY = at("08:55", A_MONDAY - DAY)

KNOWN_PATIENTS = 3

_CHECK_UP = a_type(CHECK_UP)
_FILLING = a_type(
    FILLING,
    duration_minutes=45,
    interval_minutes=15,
    before_minutes=5,
    after_minutes=10,
    providers=(BO, ANNA),
    resources=(CHAIR_1, CHAIR_2),
)


def a_crowded_clinic(**changes: Any) -> Clinic:
    """Return the clinic with `changes`: fields of it, or of its `web_booking`."""
    ours = {field.name for field in attrs.fields(WebBooking)}
    settings: dict[str, Any] = {
        "change_limit": HoursBefore(24),
        "max_open_bookings": 3,
        "max_rebookings": 2,
    }
    settings |= {name: value for name, value in changes.items() if name in ours}
    fields = {name: value for name, value in changes.items() if name not in ours}
    return a_clinic(
        web_booking=a_web_booking(**settings), **({"types": (_CHECK_UP, _FILLING)} | fields)
    )


def the_known_patients() -> tuple[Patient, ...]:
    """Return the patients whom the register knows; each can be reached by SMS alone."""
    return tuple(
        a_patient(f"p{place}", place, mobile=a_mobile(place + 5))
        for place in range(1, KNOWN_PATIENTS + 1)
    )


#: What staff may decide otherwise, by name, as `a_crowded_clinic` takes it.
SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "as at first": {},
    "no new bookings": {"new_bookings": False},
    "no rebookings": {"rebookings": False},
    "no cancellations": {"cancellations": False},
    "nothing may be changed": {"rebookings": False, "cancellations": False},
    "no limits": {
        "change_limit": HoursBefore(0),
        "max_open_bookings": None,
        "max_rebookings": None,
    },
    "two days' notice": {"minimum_notice": timedelta(days=2)},
    "staff's times may be moved": {
        "changeable": Changeable({origin: frozenset(Action) for origin in Origin})
    },
    "recalls stay": {"changeable": Changeable({Origin.WEB: frozenset(Action)})},
    "closed on Tuesday": {"closed_days": frozenset({CROWDED_DAYS[1]})},
    "long fillings in one chair": {
        "types": (
            _CHECK_UP,
            attrs.evolve(_FILLING, duration_minutes=60, after_minutes=0, resources=(CHAIR_2,)),
        )
    },
    "check-ups of a filter, with Bo": {
        "types": (
            attrs.evolve(_CHECK_UP, providers=(BO,), block_filter=frozenset({VISITS})),
            _FILLING,
        )
    },
    "no type of visit": {"types": (_CHECK_UP,)},
}


@attrs.frozen
class Wanted:
    """A time that somebody wants: of which type, with whom, when."""

    type: TypeId
    provider: ProviderId
    start: datetime


mostly = st.sampled_from((True, True, True, False))
days = st.sampled_from(CROWDED_DAYS)
places = st.integers(1, KNOWN_PATIENTS + 2)
callers = st.none() | st.sampled_from(("one", "other"))
types = st.sampled_from((CHECK_UP, FILLING))
providers = st.sampled_from((ANNA, BO))
starts = st.builds(at, st.sampled_from(("09:00", "09:30", "09:15", "08:30", "10:00")), days)
wanted_times = st.builds(Wanted, types, providers, starts)
placements = st.builds(
    Placement,
    provider=providers,
    resource=st.sampled_from((None, CHAIR_1, CHAIR_2)),
    span=st.builds(
        lambda start, late, minutes: TimeSpan(
            start + late * MINUTE, start + (late + minutes) * MINUTE
        ),
        starts,
        st.sampled_from((0, 0, 7)),
        st.sampled_from((15, 30, 60, 3)),
    ),
)
wishes = st.builds(
    Wishes,
    first=st.just(A_MONDAY),
    last=days,
    part_of_day=st.none() | st.sampled_from(PartOfDay),
    weekdays=st.none() | st.just(frozenset({1})),
    page_size=st.none() | st.sampled_from((1, 5)),
)
