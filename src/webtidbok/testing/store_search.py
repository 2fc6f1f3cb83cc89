"""When calendars are busy: what a search is told."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs

from webtidbok.model.ids import CalendarId
from webtidbok.model.instants import MINUTE, SECOND, minute_of
from webtidbok.model.timespan import TimeSpan
from webtidbok.model.wall_clock import shown_wall_minutes
from webtidbok.testing.builders import (
    A_MONDAY,
    ALL_CALENDARS,
    ANNAS,
    BO,
    BOS,
    CHAIR_1,
    CHAIR_1S,
    NOW,
    THE_CLINIC,
    a_hold,
    a_placement,
    an_absence,
    an_appointment,
    at,
    between,
    staffs,
)
from webtidbok.testing.store_scenes import ContractOfOpenClinic, StoreWithRecords, put, rows_of

THE_DAY = between("00:00", "24:00")


class BusyContract(ContractOfOpenClinic):
    """What `busy` yields. Only which minutes it covers counts, not in how many pieces."""

    def test_nothing_is_busy_where_nothing_is(self, store: StoreWithRecords) -> None:
        """Nor where nobody asks."""
        assert list(store.busy(THE_CLINIC, ALL_CALENDARS, THE_DAY, now=NOW)) == []
        put(store, an_appointment())
        assert list(store.busy(THE_CLINIC, [], THE_DAY, now=NOW)) == []

    def test_appointments_holds_and_absences_make_busy(self, store: StoreWithRecords) -> None:
        """Whoever made them."""
        put(store, an_appointment("patient's", "08:00", "08:30"), staffs("s1", "09:00", "09:30"))
        put(store, a_hold("h1", "10:00", "10:30"), an_absence("away", "11:00", "11:30"))

        assert _busy(store, ANNAS) == ["08:00-08:30", "09:00-09:30", "10:00-10:30", "11:00-11:30"]

    def test_every_calendar_of_a_visit_is_busy_and_no_other(self, store: StoreWithRecords) -> None:
        """The provider's and the chair's."""
        put(store, an_appointment(resource=CHAIR_1), an_absence("bos", calendar=BOS))

        busy = rows_of(store.busy(THE_CLINIC, ALL_CALENDARS, THE_DAY, now=NOW))

        assert [calendar for calendar, _, _ in busy] == [ANNAS, BOS, CHAIR_1S]

    def test_calendars_that_nobody_asks_about_are_left_out(self, store: StoreWithRecords) -> None:
        """Appointments and absences alike."""
        put(store, an_appointment(resource=CHAIR_1), an_absence(calendar=BOS))

        busy = rows_of(store.busy(THE_CLINIC, [CHAIR_1S], THE_DAY, now=NOW))

        assert [calendar for calendar, _, _ in busy] == [CHAIR_1S]

    def test_stretches_come_by_calendar_as_text_and_then_by_end(
        self, store: StoreWithRecords
    ) -> None:
        """Also where absences lie between appointments, and however the calendars are given."""
        put(store, staffs("long", "08:00", "16:00"), staffs("inside", "09:00", "10:00"))
        put(store, an_absence("away", "09:30", "11:00"), an_absence("all day", "00:00", "24:00"))
        put(store, staffs("bos", "07:00", "09:00", provider=BO, resource=CHAIR_1))
        put(store, an_absence("broken", "06:00", "08:00", calendar=CHAIR_1S))

        for calendars in (ALL_CALENDARS, ALL_CALENDARS[::-1]):
            named = [each.calendar for each in store.busy(THE_CLINIC, calendars, THE_DAY, now=NOW)]
            assert named == [ANNAS, BOS, CHAIR_1S]
            busy = rows_of(store.busy(THE_CLINIC, calendars, THE_DAY, now=NOW))
            ends = [(calendar, end) for calendar, _, end in busy]
            assert ends == sorted(ends)
            assert len(busy) >= 7  # noqa: PLR2004 - each in one piece at least

    def test_times_before_and_after_a_visit_are_busy(self, store: StoreWithRecords) -> None:
        """An appointment's and a hold's (R12a)."""
        put(store, an_appointment(before_minutes=5, after_minutes=10))
        put(store, a_hold("h1", "11:00", "11:30", before_minutes=10, after_minutes=5))

        assert _busy(store, ANNAS) == ["08:55-09:40", "10:50-11:35"]

    def test_odd_seconds_are_rounded_outwards(self, store: StoreWithRecords) -> None:
        """To whole minutes, so that a second too much is never offered."""
        odd = TimeSpan(at("09:07") + 59 * SECOND, at("09:30") + SECOND)
        put(store, staffs(span=odd), an_absence(calendar=BOS, span=odd))

        assert _busy(store, ANNAS) == _busy(store, BOS) == ["09:07-09:31"]

    def test_whole_minutes_are_not_rounded(self, store: StoreWithRecords) -> None:
        """An end at a full minute is free."""
        put(store, staffs("s1", "09:07", "09:31"), an_absence("away", "09:07", "09:31"))

        assert _busy(store, ANNAS) == ["09:07-09:31"]

    def test_a_hold_is_busy_until_the_moment_it_expires(self, store: StoreWithRecords) -> None:
        """At that moment itself it is as none (R21)."""
        held = a_hold()
        put(store, held)

        assert _busy(store, ANNAS, now=held.expires_at - SECOND) == ["09:00-09:30"]
        assert _busy(store, ANNAS, now=held.expires_at) == []
        assert _busy(store, ANNAS, now=held.expires_at + timedelta(days=1)) == []

    def test_the_present_may_be_given_in_any_zone(self, store: StoreWithRecords) -> None:
        """It is a moment, not what a clock shows."""
        held = a_hold()
        put(store, held)
        tokyo, new_york = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")

        for zone in (tokyo, new_york):
            last_moment = (held.expires_at - SECOND).astimezone(zone)
            assert _busy(store, ANNAS, now=last_moment) == ["09:00-09:30"]
            assert _busy(store, ANNAS, now=held.expires_at.astimezone(zone)) == []

    def test_what_the_caller_holds_itself_is_left_out(self, store: StoreWithRecords) -> None:
        """Its hold is free to its owner (R21), its own visit when it is moved (R26)."""
        put(store, an_appointment("mine", "09:00", "09:30", resource=CHAIR_1))
        put(store, a_hold("my hold", "10:00", "10:30"), staffs("s1", "11:00", "11:30"))

        assert _busy(store, ANNAS, besides={"mine"}) == ["10:00-10:30", "11:00-11:30"]
        assert _busy(store, CHAIR_1S, besides=["mine"]) == []
        assert _busy(store, ANNAS, besides=("mine", "my hold")) == ["11:00-11:30"]
        assert len(_busy(store, ANNAS, besides={"somebody else's"})) == 3  # noqa: PLR2004 - all

    def test_a_cancelled_visit_is_not_busy(self, store: StoreWithRecords) -> None:
        """The time is free at once (R28)."""
        put(store, an_appointment())
        put(store, an_appointment().changed(cancelled_at=NOW))

        assert _busy(store, ANNAS) == []

    def test_a_moved_visit_is_busy_where_it_is_now(self, store: StoreWithRecords) -> None:
        """In its new calendars, at its new time."""
        put(store, an_appointment())
        put(store, an_appointment().changed(placement=a_placement("13:00", "14:00", provider=BO)))

        assert (_busy(store, ANNAS), _busy(store, BOS)) == ([], ["13:00-14:00"])

    def test_dropped_holds_and_absences_are_not_busy(self, store: StoreWithRecords) -> None:
        """Nothing of them stays."""
        put(store, a_hold(), an_absence("away", "13:00", "14:00"))
        put(store, dropped_holds=(a_hold().id,), dropped_absences=(an_absence("away").id,))

        assert _busy(store, ANNAS) == []

    def test_a_changed_absence_is_busy_where_it_is_now(self, store: StoreWithRecords) -> None:
        """Also when it went to another calendar."""
        put(store, an_absence())
        put(store, attrs.evolve(an_absence("away", "13:00", "14:00"), calendar=BOS))

        assert (_busy(store, ANNAS), _busy(store, BOS)) == ([], ["13:00-14:00"])

    def test_what_only_touches_the_span_is_left_out(self, store: StoreWithRecords) -> None:
        """Spans are half-open."""
        put(
            store, an_appointment("before", "08:00", "09:00"), an_absence("pause", "08:30", "09:00")
        )
        put(store, an_appointment("after", "10:00", "10:30"), an_absence("lunch", "10:00", "11:00"))

        assert list(store.busy(THE_CLINIC, [ANNAS], between("09:00", "10:00"), now=NOW)) == []

    def test_what_reaches_into_the_span_is_busy_there(self, store: StoreWithRecords) -> None:
        """From either side."""
        put(
            store, an_appointment("before", "08:00", "09:15"), an_absence("lunch", "09:45", "11:00")
        )

        span = between("09:00", "10:00")
        assert _busy(store, ANNAS, span=span) == ["09:00-09:15", "09:45-10:00"]

    def test_long_absences_and_visits_are_busy_in_their_middle(
        self, store: StoreWithRecords
    ) -> None:
        """Leave of months, a visit of days, with short ones beside them."""
        leave = TimeSpan(at("00:00", date(2026, 9, 1)), at("00:00", date(2027, 6, 1)))
        visit = TimeSpan(at("08:00", date(2026, 12, 1)), at("17:00", date(2026, 12, 18)))
        put(store, an_absence("leave", span=leave), staffs("long", provider=BO, span=visit))
        put(store, an_absence("short", day=date(2026, 11, 30)))
        put(store, staffs("short", provider=BO, day=date(2026, 12, 19)))

        assert _busy(store, ANNAS) == ["00:00-24:00"]
        assert _busy(store, BOS) == ["00:00-24:00"]

    def test_a_window_of_weeks_holds_every_day_of_it(self, store: StoreWithRecords) -> None:
        """Nothing is lost at midnights or between weeks."""
        days = [A_MONDAY + timedelta(days=number) for number in range(40)]
        put(store, *(staffs(f"visit-{day}", day=day) for day in days))
        put(store, *(an_absence(f"away-{day}", "13:00", "14:00", day=day) for day in days))
        window = TimeSpan(at("00:00", days[0]), at("24:00", days[-1]))

        busy = rows_of(store.busy(THE_CLINIC, [ANNAS], window, now=NOW))

        expected = [
            minute
            for day in days
            for start, until in (("09:00", "09:30"), ("13:00", "14:00"))
            for minute in range(minute_of(at(start, day)), minute_of(at(until, day)))
        ]
        assert _minutes(busy, window) == expected

    def test_times_before_1970_have_minutes_too(self, store: StoreWithRecords) -> None:
        """An imported history may be old; minutes are then negative."""
        start = datetime(1969, 12, 31, 23, 58, 30, tzinfo=UTC)
        put(store, staffs(span=TimeSpan(start, start + 2 * MINUTE)))
        old = TimeSpan(datetime(1969, 12, 31, tzinfo=UTC), datetime(1970, 1, 2, tzinfo=UTC))

        assert rows_of(store.busy(THE_CLINIC, [ANNAS], old, now=NOW)) == [(ANNAS, -2, 1)]


def _minutes(busy: Iterable[tuple[CalendarId, int, int]], span: TimeSpan) -> list[int]:
    """Return the minutes within `span` that stretches of one calendar cover."""
    first, last = minute_of(span.start), minute_of(span.end)
    covered = (range(max(start, first), min(end, last)) for _, start, end in busy)
    return sorted({minute for minutes in covered for minute in minutes})


def _busy(
    store: StoreWithRecords,
    calendar: CalendarId,
    *,
    span: TimeSpan = THE_DAY,
    now: datetime = NOW,
    besides: Collection[str] = (),
) -> Sequence[str]:
    """Return when a calendar is busy within `span`, in times on the wall, touching ones joined."""
    busy = rows_of(store.busy(THE_CLINIC, [calendar], span, now=now, besides=besides))
    assert all(named == calendar for named, _, _ in busy)
    minutes = _minutes(busy, span)
    starts = [minute for minute in minutes if minute - 1 not in minutes]
    ends = [minute + 1 for minute in minutes if minute + 1 not in minutes]
    return [f"{_wall(start)}-{_wall(end)}" for start, end in zip(starts, ends, strict=True)]


def _wall(minute: int) -> str:
    return shown_wall_minutes(minute - minute_of(THE_DAY.start))
