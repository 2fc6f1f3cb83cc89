"""All rows of a clinic as of one moment: in which order each stream comes, and that it is one."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from webtidbok.model.ids import AppointmentId, ClinicId, RequestKey
from webtidbok.model.instants import DAY
from webtidbok.model.message import MessageState
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.snapshot import Snapshot, Taker
from webtidbok.ports.store import Code, Link
from webtidbok.testing.builders import (
    ANNA,
    ANNAS,
    BOS,
    CHAIR_1,
    CHAIR_1S,
    NOW,
    THE_CLINIC,
    a_hold,
    a_message,
    a_patient,
    an_absence,
    an_appointment,
    an_event,
    an_overlap,
    between,
    staffs,
)
from webtidbok.testing.store_scenes import (
    OTHER_CLINIC,
    ContractOfOpenClinic,
    StoreWithRecords,
    put,
)
from webtidbok.testing.store_tenancy import fill_the_test_clinic


class SnapshotContract(ContractOfOpenClinic):
    """What `Records.snapshot` gives."""

    def test_appointments_holds_and_absences_come_by_id(self, store: StoreWithRecords) -> None:
        """Whatever their times; cancelled and expired ones too."""
        put(store, staffs("b", "08:00", "09:00"), staffs("c", "07:00", "07:30", cancelled_at=NOW))
        put(store, staffs("a", "10:00", "11:00"), staffs("Z", "12:00", "12:30"), staffs("å"))
        put(store, a_hold("h2", "14:00", "14:30", expires_at=NOW))
        put(
            store,
            a_hold("h1", "15:00", "15:30"),
            an_absence("w2"),
            an_absence("w1", "11:00", "11:30"),
        )

        with store.snapshot(THE_CLINIC) as snapshot:
            assert _ids(snapshot.appointments()) == ["Z", "a", "b", "c", "å"]
            assert _ids(snapshot.holds()) == ["h1", "h2"]
            assert _ids(snapshot.absences()) == ["w1", "w2"]

    def test_rows_come_by_holder_then_by_calendar(self, store: StoreWithRecords) -> None:
        """Each kind of holder apart, also where ids are the same."""
        put(store, staffs("b", "08:00", "10:00", resource=CHAIR_1), staffs("a", "12:00", "12:30"))
        put(store, a_hold("h", "14:00", "14:30"), an_absence("a", calendar=BOS))

        with store.snapshot(THE_CLINIC) as snapshot:
            rows = {
                taker: [(row.holder, row.calendar) for row in snapshot.rows_of(taker)]
                for taker in Taker
            }
        assert rows == {
            Taker.APPOINTMENT: [("a", ANNAS), ("b", ANNAS), ("b", CHAIR_1S)],
            Taker.HOLD: [("h", ANNAS)],
            Taker.ABSENCE: [("a", BOS)],
        }

    def test_a_row_of_many_days_is_one(self, store: StoreWithRecords) -> None:
        """However it is stored; an absence's is not exclusive."""
        week = TimeSpan(NOW, NOW + 7 * DAY)
        visit = staffs("long", span=week)
        put(store, visit, an_absence("away", span=week, calendar=BOS))

        with store.snapshot(THE_CLINIC) as snapshot:
            [row] = snapshot.rows_of(Taker.APPOINTMENT)
            [away] = snapshot.rows_of(Taker.ABSENCE)
            taken = [(each.taker, each.row) for each in snapshot.taken()]
        assert (row.span, away.span, away.exclusive) == (week, week, False)
        assert taken == [(Taker.APPOINTMENT, row), (Taker.ABSENCE, away)]

    def test_what_is_taken_comes_by_calendar_then_by_start_then_by_holder(
        self, store: StoreWithRecords
    ) -> None:
        """All kinds of holders, and whether a patient chose the time."""
        put(store, staffs("z", "08:00", "10:00"), staffs("b", "07:00", "12:00", resource=CHAIR_1))
        put(store, an_appointment("mine", "13:00", "13:30"), an_absence("y", "08:00", "17:00"))
        put(store, a_hold("h", "12:30", "13:00"))

        with store.snapshot(THE_CLINIC) as snapshot:
            taken = [
                (each.row.calendar, each.row.holder, each.chosen_by_patient)
                for each in snapshot.taken()
            ]
        assert taken == [
            (ANNAS, "b", False),
            (ANNAS, "y", False),
            (ANNAS, "z", False),
            (ANNAS, "h", False),
            (ANNAS, "mine", True),
            (CHAIR_1S, "b", False),
        ]

    def test_events_come_by_appointment_then_as_they_were_stored(
        self, store: StoreWithRecords
    ) -> None:
        """Those of holds are left out."""
        put(store, an_appointment("a1"), an_appointment("a2", "10:00", "10:30"))
        put(store, an_event("z", "a2"), an_event("y", "a1"), an_event("x"))
        put(store, an_event("b", "a2"), an_event("a", "a1"))

        with store.snapshot(THE_CLINIC) as snapshot:
            assert [event.key for event in snapshot.events()] == ["y", "a", "z", "b"]
            of_one = snapshot.history_of(AppointmentId("a2"))
            assert [event.key for event in of_one] == ["z", "b"]

    def test_deliveries_come_by_appointment_then_as_they_were_written(
        self, store: StoreWithRecords
    ) -> None:
        """In whatever state."""
        put(store, an_appointment("a1"), an_appointment("a2", "10:00", "10:30"))
        put(store, a_message("z", "a2"), a_message("y", "a1", state=MessageState.SENT, token=""))
        put(store, a_message("b", "a2"), a_message("a", "a1"))

        with store.snapshot(THE_CLINIC) as snapshot:
            assert [each.message.id for each in snapshot.deliveries()] == ["y", "a", "z", "b"]

    def test_overlaps_come_by_the_patients_then_by_the_staffs(
        self, store: StoreWithRecords
    ) -> None:
        """And those of one appointment can be asked for, whichever it is."""
        put(store, an_appointment("a1", exclusive=False), staffs("s2"), staffs("s1"))
        put(store, an_appointment("a0", "09:15", "09:45", exclusive=False))
        pairs = [an_overlap(*ids) for ids in (("a0", "s2"), ("a1", "s1"), ("a1", "s2"))]
        put(store, *reversed(pairs))

        with store.snapshot(THE_CLINIC) as snapshot:
            assert list(snapshot.overlaps()) == pairs
            assert set(snapshot.overlaps_of(AppointmentId("a1"))) == set(pairs[1:])
            assert set(snapshot.overlaps_of(AppointmentId("s2"))) == {pairs[0], pairs[2]}
            assert snapshot.overlaps_of(AppointmentId("x")) == ()

    def test_links_and_codes_come_by_where_they_lead(self, store: StoreWithRecords) -> None:
        """Each of them, and not their hashes."""
        one, other = AppointmentId("a1"), AppointmentId("a2")
        put(store, an_appointment("a1"), an_appointment("a2", "10:00", "10:30"))
        put(store, Link("l1", other), Link("l2", one), Link("l3", other), Code("c", one))

        with store.snapshot(THE_CLINIC) as snapshot:
            assert list(snapshot.ways_in()) == [one, one, other, other]

    def test_patients_come_by_their_numbers(self, store: StoreWithRecords) -> None:
        """As they are kept."""
        patients = [a_patient(f"p{place}", place) for place in (3, 1, 2)]
        put(store, *patients)

        patients.sort(key=lambda patient: patient.identity_number.kept)
        with store.snapshot(THE_CLINIC) as snapshot:
            assert list(snapshot.patients()) == [
                (patient.identity_number, patient.id) for patient in patients
            ]

    def test_a_journal_leads_to_its_version_without_a_gap(self, store: StoreWithRecords) -> None:
        """A store that has no versions has no journal either."""
        put(store, staffs("s1", resource=CHAIR_1), an_event("booked", "s1"))
        put(store, an_absence())
        put(store, staffs("s2", "10:00", "11:00"), an_event("also", "s2"))

        with store.snapshot(THE_CLINIC) as snapshot:
            entries = list(snapshot.journal())
            versions = snapshot.versions()
        reached = {entry.calendar: entry.version for entry in entries}
        assert reached == {name: version for name, version in versions.items() if version}
        assert all(
            after.version == before.version + 1
            for before, after in pairwise(entries)
            if before.calendar == after.calendar
        )
        if entries:
            told = [each.event for each in entries if each.calendar == ANNAS]
            assert told == ["booked", "", "also"]
            assert [each.what is None for each in entries] == [not each.event for each in entries]

    def test_what_came_after_an_absence_has_a_later_version(self, store: StoreWithRecords) -> None:
        """Also after it was changed; where versions are not what keeps R24 it has none."""
        put(store, staffs("s1"), an_event("before", "s1"))
        put(store, an_absence("away", "14:00", "15:00"))
        put(store, staffs("s2", "14:00", "14:30"), an_event("between", "s2"))
        laid = _versions(store, "before", "between")
        put(store, an_absence("away", "14:00", "16:00"))
        put(store, staffs("s3", "15:00", "15:30"), an_event("after", "s3"))
        changed = _versions(store, "before", "between", "after", "never")

        assert laid in ([2, 1, 3], [None] * 3)
        assert changed in ([4, 1, 3, 5, None], [None] * 5)

    def test_single_rows_can_be_looked_up(self, store: StoreWithRecords) -> None:
        """Within the same moment."""
        visit = staffs("s1", "09:00", "10:00")
        put(store, visit, staffs("s2", "10:00", "11:00"), an_absence())

        with store.snapshot(THE_CLINIC) as snapshot:
            assert snapshot.appointment(visit.id) == visit
            assert snapshot.appointment(AppointmentId("x")) is None
            near = snapshot.occupied_in(ANNAS, between("09:59", "10:00"))
            assert [row.holder for row in near] == ["s1"]

    def test_streams_can_be_read_side_by_side_and_left(self, store: StoreWithRecords) -> None:
        """None disturbs another."""
        put(store, *(staffs(f"s{number}", provider=ANNA) for number in range(5)))

        with store.snapshot(THE_CLINIC) as snapshot:
            visits, rows = snapshot.appointments(), snapshot.rows_of(Taker.APPOINTMENT)
            left = snapshot.taken()
            next(left)
            for visit, row in zip(visits, rows, strict=True):
                assert visit.id == row.holder
                assert snapshot.appointment(visit.id) == visit
            del left

        put(store, staffs("s6"))

    def test_a_snapshot_holds_nothing_of_another_clinic(self, store: StoreWithRecords) -> None:
        """Nor does that of a clinic that is not there."""
        fill_the_test_clinic(store)
        put(store, Link("l", AppointmentId("a1")))

        for clinic in (OTHER_CLINIC, ClinicId("nowhere")):
            with store.snapshot(clinic) as snapshot:
                assert not any(everything_of(snapshot).values())
                assert snapshot.appointment(AppointmentId("a1")) is None
                assert snapshot.overlaps_of(AppointmentId("a1")) == ()
                assert list(snapshot.history_of(AppointmentId("a1"))) == []
                assert snapshot.occupied_in(ANNAS, between("00:00", "24:00")) == ()
                assert snapshot.version_of(ANNAS, an_event("k1").key) is None


class OneMomentContract(ContractOfOpenClinic):
    """What is written while a snapshot is open is not in it."""

    def test_a_snapshot_is_of_one_moment(self, store: StoreWithRecords) -> None:
        """Whichever stream is read before the writing, and whichever after."""
        put(store, an_appointment("a1"), an_event("k1", "a1"), a_message("m1"))
        with store.snapshot(THE_CLINIC) as snapshot:
            before = everything_of(snapshot)

            put(
                store,
                an_appointment("a1").changed(cancelled_at=NOW),
                an_appointment("a2"),
                an_event("k2", "a2"),
                a_hold("h", "12:00", "12:30"),
                an_absence(),
                a_patient(),
                Link("l", AppointmentId("a2")),
                void_messages_of=(AppointmentId("a1"),),
            )

            assert everything_of(snapshot) == before
        with store.snapshot(THE_CLINIC) as snapshot:
            assert everything_of(snapshot) != before

    def test_a_snapshot_sees_what_was_stored_just_before(self, store: StoreWithRecords) -> None:
        """The moment is that of the first look at the latest."""
        put(store, an_appointment())

        with store.snapshot(THE_CLINIC) as snapshot:
            assert _ids(snapshot.appointments()) == ["a1"]


def everything_of(snapshot: Snapshot) -> Mapping[str, Any]:
    """Return all that a snapshot holds."""
    streams: dict[str, Iterator[Any]] = {
        "appointments": snapshot.appointments(),
        "holds": snapshot.holds(),
        "absences": snapshot.absences(),
        "taken": snapshot.taken(),
        "events": snapshot.events(),
        "deliveries": snapshot.deliveries(),
        "overlaps": snapshot.overlaps(),
        "ways in": snapshot.ways_in(),
        "patients": snapshot.patients(),
        "journal": snapshot.journal(),
        **{taker.value: snapshot.rows_of(taker) for taker in Taker},
    }
    versions = {name: version for name, version in snapshot.versions().items() if version}
    return {"versions": versions, **{name: [*rows] for name, rows in streams.items()}}


def _versions(store: StoreWithRecords, *events: str) -> list[int | None]:
    """Return the versions of Anna's calendar at which she is away, and those of events."""
    with store.snapshot(THE_CLINIC) as snapshot:
        laid_at = {each.taker: each.laid_at for each in snapshot.taken()}
        found = [snapshot.version_of(ANNAS, RequestKey(event)) for event in events]
    assert laid_at[Taker.APPOINTMENT] is None
    return [laid_at[Taker.ABSENCE], *found]


def _ids(things: Iterable[Any]) -> list[str]:
    return [thing.id for thing in things]
