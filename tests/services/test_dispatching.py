"""The dispatcher sends what is due, and loses nothing (R35)."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.change_scenes import written
from tests.services.scenes import LINDEN, AnyStore, booked, engine_of, kept_text, linden, link_to
from webtidbok.adapters.memory.outbox import MemoryOutbox
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.adapters.memory.watch_list import MemoryWatchList
from webtidbok.adapters.sql.outbox import SqlOutbox
from webtidbok.adapters.watch_list_messenger import WatchListMessenger
from webtidbok.errors import PermanentFailure, StoreUnavailable, TemporaryFailure
from webtidbok.model.clinic import Clinic
from webtidbok.model.codes import LinkToken
from webtidbok.model.ids import ClinicId
from webtidbok.model.instants import DAY, MINUTE, SECOND
from webtidbok.model.message import Channel, MessageKind, MessageState
from webtidbok.ports.messenger import Outgoing
from webtidbok.ports.outbox import Delivery, Outbox
from webtidbok.services.desk import Desk
from webtidbok.services.dispatching import (
    DIED_IN_HAND,
    NO_MESSENGER,
    Dispatched,
    DispatchPolicy,
    dispatch_once,
)
from webtidbok.services.outcomes import Cancelled, Moved
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import A_MONDAY, NOW, a_message, a_placement, at, staffs
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.sink import MessageSink
from webtidbok.testing.store_scenes import put

HOUR = 60 * MINUTE

#: What all waits of the usual policy add up to, try by try.
USUAL_WAITS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, HOUR, HOUR]


def outbox_of(store: AnyStore) -> Outbox:
    if isinstance(store, MemoryStore):
        return MemoryOutbox(store)
    return SqlOutbox.from_engine(engine_of(store))


@attrs.frozen
class Office:
    """A book, its outbox, and one sink for all channels."""

    book: WebBook
    outbox: Outbox
    clock: StandingClock
    sink: MessageSink = attrs.field(factory=MessageSink)

    def dispatch(self, **options: Any) -> Dispatched:
        messengers = options.pop("messengers", dict.fromkeys(Channel, self.sink))
        return dispatch_once(self.book.desk, self.outbox, messengers, **options)

    def deliveries(self, state: MessageState | None = None) -> list[Delivery]:
        return list(self.outbox.deliveries(LINDEN, state))

    def refuse(self, error: Exception | None) -> None:
        def refuse(_: Outgoing) -> None:
            if error is not None:
                raise error

        self.sink.refusing = refuse


@pytest.fixture
def office(book: WebBook, store: AnyStore, clock: StandingClock) -> Office:
    return Office(book, outbox_of(store), clock)


def told(office: Office) -> list[str]:
    """Return what was sent: `confirmation sms`."""
    return [f"{each.message.kind.value} {each.message.channel.value}" for each in office.sink.taken]


# What is sent


def test_a_booking_is_confirmed_by_the_channels_ticked(office: Office) -> None:
    answer = booked(office.book)

    assert office.dispatch() == Dispatched(sent=2)

    assert told(office) == ["confirmation sms", "confirmation email"]
    first = office.sink.taken[0]
    assert first.clinic == linden()
    assert first.appointment == answer.appointment
    assert first.message.token
    assert first.repeat_key == f"linden/{first.message.id}"


def test_what_was_sent_is_not_sent_again(office: Office) -> None:
    booked(office.book)
    office.dispatch()
    before = written(office.book)

    assert office.dispatch() == Dispatched()
    assert written(office.book) == before
    assert len(office.sink.taken) == 2


def test_an_empty_installation_has_nothing_to_send(desk: Desk, store: AnyStore) -> None:
    assert dispatch_once(desk, outbox_of(store), {}) == Dispatched()


def test_the_link_that_was_sent_opens_the_visit(office: Office) -> None:
    answer = booked(office.book)
    office.dispatch()

    find = office.book.desk.store.find_by_link
    for outgoing in office.sink.taken:
        assert find(LinkToken(outgoing.message.token).hash) == answer.appointment


def test_messages_of_an_appointment_go_in_order(office: Office) -> None:
    answer = booked(office.book)
    office.dispatch()
    moved = office.book.rebook(link_to(answer), at("10:00"))
    assert isinstance(moved, Moved)
    office.dispatch()
    assert isinstance(office.book.cancel(link_to(answer)), Cancelled)
    office.dispatch()

    kinds = ["confirmation", "moved", "cancelled"]
    assert told(office) == [f"{kind} {channel}" for kind in kinds for channel in ("sms", "email")]
    sequences = [outgoing.message.sequence for outgoing in office.sink.taken]
    assert sequences == sorted(sequences)


def test_what_became_void_is_not_sent(office: Office) -> None:
    answer = booked(office.book)
    assert isinstance(office.book.rebook(link_to(answer), at("10:00")), Moved)

    assert office.dispatch() == Dispatched(sent=2)
    assert told(office) == ["moved sms", "moved email"]


def test_clinics_take_turns(office: Office) -> None:
    other = ClinicId("another")
    office.book.add_clinic(linden(id=other))
    for place, clock in enumerate(("09:00", "10:00", "11:00"), 1):
        booked(office.book, clock, place)
    booked(office.book, "09:00", 4, clinic=other)

    office.dispatch()

    turns = [outgoing.message.clinic for outgoing in office.sink.taken]
    assert turns[:4] == [other, LINDEN, other, LINDEN]
    assert len(turns) == 8


def test_only_the_clinics_asked_for_are_served(office: Office) -> None:
    booked(office.book)

    assert office.dispatch(clinics=[]) == Dispatched()
    assert office.dispatch(clinics=[LINDEN, LINDEN]) == Dispatched(sent=2)


def test_nothing_more_is_claimed_once_it_shall_stop(office: Office) -> None:
    booked(office.book)

    assert office.dispatch(is_stopping=lambda: bool(office.sink.taken)) == Dispatched(sent=1)
    (left,) = office.deliveries(MessageState.UNSENT)
    assert (left.tries, left.leased_until) == (0, None)


# Servers that are down


DOWN = ConnectionRefusedError("the text of this error names test1@example.com")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (DOWN, "ConnectionRefusedError"),
        (TemporaryFailure("smtp-451"), "smtp-451"),
        (StoreUnavailable("the host's own"), "StoreUnavailable"),
        (type("Fel för Åsa", (Exception,), {})(), "Exception"),
    ],
)
def test_a_dead_server_delays_and_loses_nothing(
    office: Office, error: Exception, kind: str
) -> None:
    booked(office.book)
    tokens = {message.token for message in written(office.book)}
    office.refuse(error)

    assert office.dispatch() == Dispatched(put_back=1)
    first, behind = office.deliveries()
    assert (first.error, first.tries, first.due_at) == (kind, 1, NOW + MINUTE)
    assert (behind.error, behind.tries) == ("", 0)

    office.clock.move(MINUTE)
    office.refuse(None)
    assert office.dispatch() == Dispatched(sent=2)
    assert {outgoing.message.token for outgoing in office.sink.taken} == tokens


def test_waits_grow_to_the_second(office: Office) -> None:
    booked(office.book)
    office.refuse(DOWN)
    assert office.dispatch() == Dispatched(put_back=1)

    for tries, wait in enumerate(USUAL_WAITS, 2):
        office.clock.move(wait - SECOND)
        assert office.dispatch() == Dispatched()
        office.clock.move(SECOND)
        assert office.dispatch() == Dispatched(put_back=1)
        assert office.deliveries()[0].tries == tries


def test_a_wait_begins_when_the_sending_has_failed(office: Office) -> None:
    booked(office.book)

    def hang(_: Outgoing) -> None:
        office.clock.move(30 * SECOND)
        raise TimeoutError

    office.sink.refusing = hang
    office.dispatch()

    assert office.deliveries()[0].due_at == NOW + 30 * SECOND + MINUTE


def test_a_pass_ends_however_slowly_the_servers_fail(office: Office) -> None:
    """What failed in it has come due again long before it ends."""
    for place, clock in enumerate(("09:00", "10:00", "11:00", "14:00"), 1):
        booked(office.book, clock, place)

    def hang(_: Outgoing) -> None:
        office.clock.move(10 * MINUTE)
        raise TimeoutError

    office.sink.refusing = hang
    assert office.dispatch() == Dispatched(put_back=4)


def test_a_clock_that_goes_back_makes_no_pass_go_round(office: Office) -> None:
    booked(office.book)

    def refuse(_: Outgoing) -> None:
        office.clock.move(-HOUR)
        raise TimeoutError

    office.sink.refusing = refuse
    assert office.dispatch() == Dispatched(put_back=1)
    assert office.deliveries()[0].due_at == NOW + MINUTE


def test_a_message_is_parked_after_so_many_tries(office: Office) -> None:
    booked(office.book)
    office.refuse(DOWN)
    policy = DispatchPolicy(waits=[MINUTE], most_tries=3)

    for ends in ("put_back", "put_back", "parked"):
        before = office.dispatch(policy=policy)
        assert getattr(before, ends) == 1
        office.clock.move(MINUTE)

    parked = office.deliveries(MessageState.PARKED)
    assert [(each.error, each.tries, each.message.token) for each in parked] == [
        ("ConnectionRefusedError", 3, "")
    ]
    office.refuse(None)
    assert office.dispatch() == Dispatched(sent=1)


def test_what_can_never_be_sent_is_parked_at_once(office: Office) -> None:
    booked(office.book, "09:00", 1)
    booked(office.book, "10:00", 2)

    def refuse(outgoing: Outgoing) -> None:
        if outgoing.message.address == "test1@example.com":
            raise PermanentFailure("smtp-550")

    office.sink.refusing = refuse

    assert office.dispatch() == Dispatched(sent=3, parked=1)
    (parked,) = office.deliveries(MessageState.PARKED)
    assert (parked.error, parked.tries) == ("smtp-550", 1)


def test_a_poison_message_does_not_stop_the_others(office: Office) -> None:
    for place, clock in enumerate(("09:00", "10:00", "11:00", "14:00"), 1):
        booked(office.book, clock, place)
    poison = written(office.book)[2].id

    def refuse(outgoing: Outgoing) -> None:
        if outgoing.message.id == poison:
            raise ZeroDivisionError

    office.sink.refusing = refuse

    assert office.dispatch() == Dispatched(sent=6, put_back=1)


def test_a_message_about_nothing_is_parked(office: Office) -> None:
    put(office.book.desk.store, a_message(clinic=LINDEN))

    assert office.dispatch() == Dispatched(parked=1)
    (parked,) = office.deliveries()
    assert parked.error == "UnknownAppointment"


def test_a_clinic_that_cannot_be_read_stops_no_other_message(
    office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked(office.book)

    def clinic(_: ClinicId) -> Clinic:
        raise ValueError("settings of another time")

    monkeypatch.setattr(desk.store, "clinic", clinic)
    assert office.dispatch() == Dispatched(put_back=1)
    assert office.deliveries()[0].error == "ValueError"


def test_a_store_that_gives_no_answer_ends_the_pass(
    office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked(office.book)

    def clinic(_: ClinicId) -> Clinic:
        raise StoreUnavailable

    with monkeypatch.context() as broken:
        broken.setattr(desk.store, "clinic", clinic)
        with pytest.raises(StoreUnavailable):
            office.dispatch()

    office.clock.move(DispatchPolicy().lease)
    assert office.dispatch() == Dispatched(sent=2)


def test_a_channel_that_nobody_serves_waits_and_is_seen(office: Office) -> None:
    booked(office.book)

    assert office.dispatch(messengers={Channel.EMAIL: office.sink}) == Dispatched(put_back=1)
    assert office.deliveries()[0].error == NO_MESSENGER
    office.clock.move(MINUTE)
    assert office.dispatch() == Dispatched(sent=2)


# Dispatchers that die, or are slow


class Killed(BaseException):
    """Ends a dispatcher as a signal does: nothing is caught, nothing is tidied up."""


def test_what_a_dead_dispatcher_had_in_hand_is_sent_when_its_claim_has_run_out(
    office: Office,
) -> None:
    booked(office.book)
    send = office.sink.send

    def send_and_die(outgoing: Outgoing) -> None:
        send(outgoing)
        raise Killed

    office.sink.send = send_and_die  # type: ignore[method-assign] # for this once
    with pytest.raises(Killed):
        office.dispatch()
    office.sink.send = send  # type: ignore[method-assign]

    office.clock.move(DispatchPolicy().lease - SECOND)
    assert office.dispatch() == Dispatched()
    office.clock.move(SECOND)
    assert office.dispatch() == Dispatched(sent=2)
    first, again, _ = office.sink.taken
    assert first.repeat_key == again.repeat_key


def test_a_message_that_kills_its_dispatchers_is_parked(office: Office) -> None:
    booked(office.book)
    policy = DispatchPolicy(most_tries=2)

    def die(_: Outgoing) -> None:
        raise Killed

    office.sink.refusing = die
    for _ in range(2):
        with pytest.raises(Killed):
            office.dispatch(policy=policy)
        office.clock.move(policy.lease)
    office.refuse(None)

    assert office.dispatch(policy=policy) == Dispatched(sent=1, parked=1)
    (parked,) = office.deliveries(MessageState.PARKED)
    assert (parked.error, parked.tries) == (DIED_IN_HAND, 3)


def test_a_slow_dispatcher_whose_message_was_taken_over_settles_nothing(office: Office) -> None:
    booked(office.book)
    quick = MessageSink()

    def take_too_long(_: Outgoing) -> None:
        office.sink.refusing = None
        office.clock.move(DispatchPolicy().lease)
        assert office.dispatch(messengers=dict.fromkeys(Channel, quick)) == Dispatched(sent=2)
        raise TimeoutError

    office.sink.refusing = take_too_long

    assert office.dispatch() == Dispatched(overtaken=1)
    assert {each.message.state for each in office.deliveries()} == {MessageState.SENT}


@pytest.mark.parametrize("error", [None, DOWN, PermanentFailure("smtp-550")])
def test_what_became_void_in_hand_stays_void(office: Office, error: Exception | None) -> None:
    answer = booked(office.book)

    def move_meanwhile(_: Outgoing) -> None:
        office.refuse(None)
        assert isinstance(office.book.rebook(link_to(answer), at("10:00")), Moved)
        if error is not None:
            raise error

    office.sink.refusing = move_meanwhile

    assert office.dispatch() == Dispatched(overtaken=1, sent=2)
    states = [(each.message.kind.value, each.message.state.value) for each in office.deliveries()]
    assert states == [("confirmation", "void")] * 2 + [("moved", "sent")] * 2


def test_no_lock_is_held_while_a_message_is_sent(office: Office) -> None:
    """Whoever comes meanwhile can book, and move the very visit."""
    booked(office.book)

    def book_meanwhile(_: Outgoing) -> None:
        office.refuse(None)
        booked(office.book, "11:00", 2)

    office.sink.refusing = book_meanwhile
    assert office.dispatch() == Dispatched(sent=4)


# What would come too late

IN_A_YEAR = a_placement(day=A_MONDAY + 365 * DAY)


def test_a_message_about_a_visit_that_has_begun_expires(office: Office) -> None:
    answer = booked(office.book)
    policy = DispatchPolicy(ages={})
    office.clock.stand_at(answer.appointment.span.start - SECOND)
    office.refuse(DOWN)
    office.dispatch(policy=policy)
    office.clock.move(MINUTE)

    assert office.dispatch(policy=policy) == Dispatched(expired=2)
    assert all(not message.token for message in written(office.book))


@pytest.mark.parametrize("kind", MessageKind)
def test_a_message_is_in_time_until_its_visit_begins(kind: MessageKind) -> None:
    placement = a_placement()
    message = a_message(kind=kind, placement=placement)
    policy = DispatchPolicy(ages={})

    assert not policy.is_too_late(message, placement.span.start - SECOND)
    begun = policy.is_too_late(message, placement.span.start)
    assert begun is (kind is not MessageKind.WATCH)


@pytest.mark.parametrize(("kind", "age"), DispatchPolicy().ages.items())
def test_a_message_is_in_time_until_it_is_older_than_its_kind_may_be(
    kind: MessageKind, age: timedelta
) -> None:
    message = a_message(kind=kind, placement=IN_A_YEAR)
    policy = DispatchPolicy()

    assert not policy.is_too_late(message, NOW + age)
    assert policy.is_too_late(message, NOW + age + SECOND)


def test_what_staff_moved_is_told_at_any_age() -> None:
    message = a_message(kind=MessageKind.MOVED_BY_STAFF, placement=IN_A_YEAR)

    assert not DispatchPolicy().is_too_late(message, NOW + 300 * DAY)


def test_the_usual_policy_bridges_a_long_weekend() -> None:
    policy = DispatchPolicy()
    tried = sum((policy.wait_after(tries) for tries in range(1, policy.most_tries)), timedelta())

    assert tried >= 4 * DAY


@pytest.mark.parametrize(
    "wrong",
    [
        {"waits": []},
        {"waits": [timedelta()]},
        {"waits": [MINUTE, -MINUTE]},
        {"most_tries": 0},
        {"lease": timedelta()},
    ],
)
def test_a_policy_that_makes_no_sense_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"waits|most_tries|lease"):
        DispatchPolicy(**wrong)


# The host's watch list


def test_a_hosts_watch_list_is_served_from_the_outbox(office: Office) -> None:
    by_outbox = attrs.evolve(office.book.desk, watch_list_by_outbox=True)
    office = attrs.evolve(office, book=WebBook(by_outbox))
    answer = booked(office.book)
    office.book.cancel(link_to(answer), comment="Sjuk.")
    entries = MemoryWatchList()
    messengers = {
        Channel.SMS: office.sink,
        Channel.EMAIL: office.sink,
        Channel.WATCH_LIST: WatchListMessenger(entries),
    }
    office.clock.move(30 * DAY)  # staff are told though the visit is long past

    assert office.dispatch(messengers=messengers) == Dispatched(sent=1, expired=2)

    (entry,) = entries.entries(LINDEN)
    assert (entry.appointment, entry.patient) == (
        answer.appointment.id,
        answer.appointment.patient,
    )
    assert (entry.comment, entry.at) == ("Sjuk.", NOW)
    assert not any(message.comment for message in written(office.book))


# Nothing of a token is left

CANARY = "canary-token-0123456789ABC"
IN_TWO_WEEKS = A_MONDAY + 7 * DAY
fresh = count()

FATES: dict[str, Callable[[Outgoing], None]] = {}


def fate(act: Callable[[Outgoing], None]) -> Callable[[Outgoing], None]:
    FATES[act.__name__] = act
    return act


@fate
def taken(_: Outgoing) -> None:
    """Go."""


@fate
def refused(_: Outgoing) -> None:
    raise PermanentFailure("smtp-550")


@fate
def down(_: Outgoing) -> None:
    raise OSError(CANARY)


@fate
def killed(_: Outgoing) -> None:
    raise Killed


steps = st.lists(
    st.tuples(
        st.sampled_from([*FATES, "voided"]),
        st.sampled_from([SECOND, 5 * MINUTE, HOUR, 4 * DAY, 8 * DAY]),
    ),
    max_size=8,
)


@given(steps=steps)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_token_is_kept_in_a_final_state(
    desk: Desk, store: AnyStore, clock: StandingClock, steps: list[tuple[str, timedelta]]
) -> None:
    """Whatever becomes of the messages; and while one is unsent, its token stands nowhere else."""
    clock.stand_at(NOW)
    put(store, linden())
    office = Office(WebBook(desk), outbox_of(store), clock)
    visits = [staffs(f"visit-{next(fresh)}", clinic=LINDEN, day=IN_TWO_WEEKS) for _ in range(2)]
    messages = [
        a_message(f"{kind.value}-{visit.id}", visit.id, clinic=LINDEN, kind=kind, token=CANARY)
        for visit in visits
        for kind in (MessageKind.CONFIRMATION, MessageKind.MOVED_BY_STAFF)
    ]
    put(store, *visits, *(attrs.evolve(each, placement=visits[0].placement) for each in messages))
    policy = DispatchPolicy(most_tries=3, waits=[MINUTE])

    for act, wait in steps:
        if act == "voided":
            put(store, clinic=LINDEN, void_messages_of=(visits[0].id,))
        else:
            office.sink.refusing = FATES[act]
            with suppress(Killed):
                office.dispatch(policy=policy)
        clock.move(wait)
        unsent = len(office.deliveries(MessageState.UNSENT))
        assert kept_text(store).count(CANARY) == unsent
