"""A change is stored whole or not at all, and what is read is what was written."""

import attrs
import pytest

from webtidbok.errors import UnknownClinic
from webtidbok.model.clinic import Clinic
from webtidbok.model.ids import AppointmentId
from webtidbok.model.instants import instant
from webtidbok.model.message import MessageState
from webtidbok.ports.store import Change, Code, Link, State
from webtidbok.testing.builders import (
    NOW,
    THE_CLINIC,
    a_clinic,
    a_hold,
    a_message,
    a_patient,
    a_watch_list_entry,
    an_absence,
    an_appointment,
    an_event,
    an_overlap,
    staffs,
)
from webtidbok.testing.rich import (
    a_rich_appointment,
    a_rich_clinic,
    a_rich_event,
    a_rich_message,
    a_rich_patient,
)
from webtidbok.testing.store_scenes import (
    OTHER_CLINIC,
    ContractOfOpenClinic,
    StoreWithRecords,
    Thing,
    a_scope,
    answering,
    assert_change_refused,
    assert_overlap_refused,
    everything_in,
    put,
    state_of,
    storing,
)


class _OutOfOrder(Exception):
    """What a decision raises in these tests."""


class ChangeContract(ContractOfOpenClinic):
    """What becomes of a change."""

    def test_the_answer_of_a_change_is_returned(self, store: StoreWithRecords) -> None:
        """As it is, not a copy of it."""
        answer = object()

        assert store.transact(a_scope(), storing(Change(answer=answer))) is answer

    def test_an_answer_that_is_no_change_stores_nothing(self, store: StoreWithRecords) -> None:
        """A refusal is returned as it is; so is None."""
        before = everything_in(store)
        refusal = object()

        assert store.transact(a_scope(), answering(refusal)) is refusal
        assert store.transact(a_scope(), answering(None)) is None
        assert everything_in(store) == before

    def test_every_kind_of_row_is_read_as_it_was_written(self, store: StoreWithRecords) -> None:
        """Whatever its fields hold."""
        visit, event, message = a_rich_appointment(), a_rich_event(), a_rich_message()
        entry = a_watch_list_entry("a-rich", patient=visit.patient, comment="Sjuk.\nÅ nej!")
        away = an_absence(reason="semester; åäö")
        held = a_hold(before_minutes=5, after_minutes=10)
        put(store, visit, event, message, entry, away, held)

        assert store.appointment(THE_CLINIC, visit.id) == visit
        assert list(store.history(THE_CLINIC)) == [event]
        assert list(store.messages(THE_CLINIC)) == [message]
        assert list(store.watch_list(THE_CLINIC)) == [entry]
        assert list(store.absences(THE_CLINIC)) == [away]
        assert store.hold(THE_CLINIC, held.id) == held

    def test_patients_are_read_as_they_were_written(self, store: StoreWithRecords) -> None:
        """With all that is known of them, or hardly anything."""
        for patient in (a_rich_patient(), a_patient("p2", place=2)):
            put(store, patient)

            assert store.patient(THE_CLINIC, patient.id) == patient

    def test_settings_are_read_as_they_were_written(self, store: StoreWithRecords) -> None:
        """Every setting of a clinic."""
        rich = a_rich_clinic()
        put(store, rich)

        assert store.clinic(rich.id).clinic == rich

    def test_the_version_of_the_settings_rises_with_every_change_of_them(
        self, store: StoreWithRecords
    ) -> None:
        """From 1; also when the new settings equal the old."""
        for version, name in enumerate(("New", "Newer", "Newer"), 1):
            put(store, a_clinic(OTHER_CLINIC, name=name))

            stored = store.clinic(OTHER_CLINIC)
            assert (stored.version, stored.clinic.name) == (version, name)

    def test_the_version_of_the_settings_stays_when_something_else_changes(
        self, store: StoreWithRecords
    ) -> None:
        """A booking is no change of settings, nor is what happens in another clinic."""
        put(store, an_appointment(), a_patient(), an_absence())
        put(store, a_clinic(OTHER_CLINIC))

        assert store.clinic(THE_CLINIC).version == 1

    def test_what_comes_again_replaces_what_was_there(self, store: StoreWithRecords) -> None:
        """A row has an identity; a change of it is not another row."""
        put(
            store, an_appointment(), a_hold(start="10:00", until="10:30"), an_absence(), a_patient()
        )
        visit = an_appointment().changed(note="phoned", cancelled_at=NOW)
        held = a_hold(start="11:00", until="11:30")
        away = an_absence(reason="ill")
        patient = a_patient(last_name="Newname")
        put(store, visit, held, away, patient)

        assert list(store.appointments(THE_CLINIC)) == [visit]
        assert store.hold(THE_CLINIC, held.id) == held
        assert [row.holder for row in store.occupied(THE_CLINIC)] == [held.id]
        assert list(store.absences(THE_CLINIC)) == [away]
        assert store.patient(THE_CLINIC, patient.id) == patient

    def test_what_is_dropped_is_gone(self, store: StoreWithRecords) -> None:
        """Holds, absences and overlaps; the rest stays."""
        patients = an_appointment(exclusive=False)
        kept = an_overlap("a1", "s2")
        put(store, patients, staffs("s1"), staffs("s2"), an_overlap("a1", "s1"), kept)
        put(store, a_hold("h1", "13:00", "14:00"), a_hold("h2", "14:00", "15:00"))
        put(store, an_absence("one"), an_absence("two"))
        put(
            store,
            dropped_holds=(a_hold("h1").id,),
            dropped_absences=(an_absence("one").id,),
            dropped_overlaps=(an_overlap("a1", "s1"),),
        )

        assert store.hold(THE_CLINIC, a_hold("h1").id) is None
        assert store.hold(THE_CLINIC, a_hold("h2").id) is not None
        assert list(store.absences(THE_CLINIC)) == [an_absence("two")]
        assert list(store.overlaps(THE_CLINIC)) == [kept]
        assert {row.holder for row in store.occupied(THE_CLINIC)} == {"a1", "s1", "s2", "h2"}

    def test_only_unsent_messages_of_the_named_appointments_become_void(
        self, store: StoreWithRecords
    ) -> None:
        """Their tokens are blanked (R29a); what was sent was sent."""
        put(store, an_appointment("a1"), an_appointment("a2", "10:00", "10:30"))
        sent = a_message("sent", state=MessageState.SENT, token="")
        others = a_message("others", "a2")
        unsent = a_message("unsent")
        put(store, sent, unsent, others)
        put(store, void_messages_of=(AppointmentId("a1"),))

        void = attrs.evolve(unsent, state=MessageState.VOID, token="")
        assert list(store.messages(THE_CLINIC)) == [sent, void, others]

    def test_messages_that_come_with_the_voiding_are_not_void(
        self, store: StoreWithRecords
    ) -> None:
        """A cancellation voids what was to be said and says something else."""
        put(store, an_appointment(), a_message("old"))
        put(store, a_message("new"), void_messages_of=(AppointmentId("a1"),))

        states = {message.id: message.state for message in store.messages(THE_CLINIC)}
        assert states == {"old": MessageState.VOID, "new": MessageState.UNSENT}

    def test_a_decision_that_raises_stores_nothing(self, store: StoreWithRecords) -> None:
        """The exception passes as it is, and the store goes on."""
        before = everything_in(store)

        def decide(_: State) -> str:
            raise _OutOfOrder

        with pytest.raises(_OutOfOrder):
            store.transact(a_scope(), decide)
        assert everything_in(store) == before
        put(store, an_appointment())

    def test_a_change_over_an_exclusive_time_is_stored_in_no_part(
        self, store: StoreWithRecords
    ) -> None:
        """Not the patient, not a message, not the settings, no link or code, nothing dropped."""
        first, held = an_appointment("first"), a_hold("held", "13:00", "14:00")
        put(store, first, held, an_absence("dropped"), a_message("m0", "first"))

        assert_overlap_refused(
            store,
            *_one_of_each(a_clinic(name="Another name")),
            staffs("over", "09:15", "09:45"),
            dropped_holds=(held.id,),
            dropped_absences=(an_absence("dropped").id,),
            void_messages_of=(first.id,),
        )
        _assert_nothing_of_each(store)

    def test_a_change_with_a_used_request_key_is_stored_in_no_part(
        self, store: StoreWithRecords
    ) -> None:
        """A key is one of a kind in its clinic (R22)."""
        put(store, an_event("used", what=a_rich_event().what))

        assert_change_refused(store, *_one_of_each(a_clinic(name="Another")), an_event("used"))
        _assert_nothing_of_each(store)

    def test_a_change_with_a_used_link_is_stored_in_no_part(self, store: StoreWithRecords) -> None:
        """A link leads to one appointment of the whole installation (R29a)."""
        put(store, an_appointment("first"), Link("used", AppointmentId("first")))

        assert_change_refused(
            store, *_one_of_each(a_clinic(name="Another")), Link("used", AppointmentId("new"))
        )
        _assert_nothing_of_each(store)

    def test_a_second_patient_with_a_number_is_stored_in_no_part(
        self, store: StoreWithRecords
    ) -> None:
        """One patient a number in a clinic."""
        put(store, a_patient("first", place=7))

        assert_change_refused(
            store, *_one_of_each(a_clinic(name="Another")), a_patient("second", place=7)
        )
        _assert_nothing_of_each(store)

    def test_nothing_happens_in_a_clinic_that_is_not_there(self, store: StoreWithRecords) -> None:
        """It may come with the change."""
        with pytest.raises(UnknownClinic):
            put(store, an_appointment(clinic=OTHER_CLINIC))
        assert list(store.clinic_ids()) == [THE_CLINIC]

        put(store, a_clinic(OTHER_CLINIC), an_appointment(clinic=OTHER_CLINIC))
        assert [row.holder for row in store.occupied(OTHER_CLINIC)] == ["a1"]

    def test_a_request_key_is_free_in_another_clinic(self, store: StoreWithRecords) -> None:
        """Keys are per clinic (R22)."""
        put(store, a_clinic(OTHER_CLINIC), an_event("key", clinic=OTHER_CLINIC))
        put(store, an_event("key"))

        assert state_of(store, request=an_event("key").key).earlier == an_event("key")

    def test_a_decision_may_be_made_after_a_refused_change(self, store: StoreWithRecords) -> None:
        """A change that fails locks nothing and breaks nothing."""
        put(store, an_appointment("first"))
        assert_overlap_refused(store, an_appointment("second"))

        put(store, an_appointment("second", "10:00", "10:30"))
        assert [row.holder for row in state_of(store).occupied] == ["first", "second"]

    def test_instants_keep_their_moment_in_any_zone(self, store: StoreWithRecords) -> None:
        """To the second, and whatever the database thinks of zones."""
        moment = instant(NOW.replace(second=7))
        put(store, an_appointment(cancelled_at=moment), an_event(at=moment))

        assert store.appointment(THE_CLINIC, AppointmentId("a1")).cancelled_at == moment
        assert next(store.history(THE_CLINIC)).at == moment

    def test_a_whole_change_may_come_at_once(self, store: StoreWithRecords) -> None:
        """One use case writes once: all kinds of rows together."""
        put(store, *_one_of_each(a_clinic(name="Another")))

        assert store.clinic(THE_CLINIC).clinic.name == "Another"
        assert store.find_by_link("link of new") == an_appointment("new", "16:00", "16:30")
        assert store.patient(THE_CLINIC, a_patient("new").id) == a_patient("new", place=9)
        assert len(list(store.occupied(THE_CLINIC))) == 2  # noqa: PLR2004 - visit and hold


def _one_of_each(settings: Clinic) -> tuple[Thing, ...]:
    """Return rows of every kind, none of which is stored yet."""
    return (
        settings,
        a_patient("new", place=9),
        an_appointment("new", "16:00", "16:30"),
        a_hold("new hold", "17:00", "17:30"),
        an_absence("new absence"),
        Link("link of new", AppointmentId("new")),
        Code("code of new", AppointmentId("new")),
        an_event("key of new", "new"),
        a_message("message of new", "new"),
        a_watch_list_entry("new"),
    )


def _assert_nothing_of_each(store: StoreWithRecords) -> None:
    """Assert that nothing of `_one_of_each` can be found in ways that no record lists."""
    number = a_patient(place=9).identity_number
    assert state_of(store, identity_number=number).patient is None
    assert store.hold(THE_CLINIC, a_hold("new hold").id) is None
    assert store.find_by_link("link of new") is None
    assert store.find_by_code(number, ["code of new"]) is None
