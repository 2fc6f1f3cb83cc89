"""The contract of an outbox.

Subclass it in your tests and give it a fixture `post` that answers with an empty store and the
outbox of that store:

    class TestMyOutbox(OutboxContract):
        @pytest.fixture
        def post(self) -> Post:
            store = MyStore()
            return Post(store=store, outbox=MyOutbox(store))
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

import attrs
import pytest

from webtidbok.model.ids import AppointmentId, ClinicId
from webtidbok.model.instants import MINUTE, SECOND
from webtidbok.model.message import Channel, Message, MessageKind, MessageState
from webtidbok.ports.outbox import Claimed, Delivery, Outbox
from webtidbok.testing.builders import NOW, THE_CLINIC, a_clinic, a_message
from webtidbok.testing.store_races import CROWD, at_once
from webtidbok.testing.store_scenes import OTHER_CLINIC, StoreWithRecords, put

#: How long claims live in these tests.
LEASE = 5 * MINUTE

Settle = Callable[[Outbox, Claimed], bool]


def mark_sent(outbox: Outbox, claimed: Claimed) -> bool:
    """Settle a message as sent."""
    return outbox.mark_sent(claimed)


def put_back(outbox: Outbox, claimed: Claimed) -> bool:
    """Put a message back for an hour."""
    return outbox.put_back(claimed, due_at=NOW + 60 * MINUTE, error="ServerDown")


def park(outbox: Outbox, claimed: Claimed) -> bool:
    """Settle a message as parked."""
    return outbox.park(claimed, error="NoSuchReceiver")


def expire(outbox: Outbox, claimed: Claimed) -> bool:
    """Settle a message as expired."""
    return outbox.expire(claimed)


#: How a message leaves the outbox for good, and the state that it is in then.
ENDS: dict[Settle, MessageState] = {
    mark_sent: MessageState.SENT,
    park: MessageState.PARKED,
    expire: MessageState.EXPIRED,
}
every_end = pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
every_way = pytest.mark.parametrize("settle", [*ENDS, put_back], ids=lambda settle: settle.__name__)


@attrs.frozen
class Post:
    """A store, its outbox, and short ways to use them."""

    store: StoreWithRecords
    outbox: Outbox
    _leases: "count[int]" = attrs.field(factory=count, init=False, repr=False)

    def write(self, *messages: Message) -> None:
        """Store messages, each in a change of its own, in the clinic that it names."""
        for message in messages:
            put(self.store, message)

    def void(self, appointment: str = "a1") -> None:
        """Do what a move or a cancellation does to the unsent messages of an appointment."""
        put(self.store, void_messages_of=(AppointmentId(appointment),))

    def claim(self, now: datetime = NOW, clinic: ClinicId = THE_CLINIC) -> Claimed | None:
        """Claim the next message, as a dispatcher of its own."""
        lease = f"lease-{next(self._leases)}"
        return self.outbox.claim(clinic, lease=lease, now=now, until=now + LEASE)

    def claimed(self, now: datetime = NOW) -> Claimed:
        """Claim the next message, which there must be."""
        claimed = self.claim(now)
        assert claimed is not None
        return claimed

    def claimable(self, now: datetime = NOW) -> list[str]:
        """Claim all that can be claimed, and return the ids in the order in which they came."""
        ids = []
        while (claimed := self.claim(now)) is not None:
            ids.append(str(claimed.message.id))
        return ids

    def delivery(self, id: str = "m1") -> Delivery:  # noqa: A002 - the domain's word
        """Return how it goes with a message."""
        found = {each.message.id: each for each in self.outbox.deliveries(THE_CLINIC)}
        return found[id]  # type: ignore[index] # an id is a string

    def state(self, id: str = "m1") -> MessageState:  # noqa: A002 - the domain's word
        """Return the state of a message, as the store tells it."""
        return {each.id: each for each in self.store.messages(THE_CLINIC)}[id].state  # type: ignore[index]


class OneCallerOutboxContract:
    """All that can be asked of an outbox by one caller at a time.

    For an outbox that joins a host's transaction and so lives in one thread.
    """

    @pytest.fixture(autouse=True)
    def opened(self, post: Post) -> None:
        """Open the test clinic."""
        put(post.store, a_clinic())

    def test_an_empty_outbox_has_nothing_to_claim(self, post: Post) -> None:
        """Nor has a clinic that is not there, whatever it is called."""
        assert post.claim() is None
        for nowhere in ("nowhere", "a\0", "a\ud800"):
            assert post.claim(clinic=ClinicId(nowhere)) is None
            assert list(post.outbox.deliveries(ClinicId(nowhere))) == []
        assert list(post.outbox.deliveries(THE_CLINIC)) == []

    def test_a_claimed_message_is_whole(self, post: Post) -> None:
        """With its token, its address and its comment."""
        message = a_message(
            kind=MessageKind.WATCH, channel=Channel.WATCH_LIST, comment="Sjuk.\nHör av mig, åäö."
        )
        post.write(message)

        claimed = post.claimed()

        assert claimed.message == message
        assert claimed.tries == 1

    def test_the_oldest_message_is_claimed_first(self, post: Post) -> None:
        """By when they were stored, whatever the clock said then."""
        post.write(a_message("m1", "a1"), a_message("m2", "a2", written_at=NOW - MINUTE))
        post.write(a_message("m3", "a3", written_at=NOW + 60 * MINUTE))

        assert post.claimable() == ["m1", "m2", "m3"]

    def test_a_message_that_waited_goes_before_one_that_waited_less(self, post: Post) -> None:
        """Those that were never tried go before both."""
        post.write(*(a_message(f"m{number}", f"a{number}") for number in (1, 2)))
        for minutes in (20, 10):
            post.outbox.put_back(post.claimed(), due_at=NOW + minutes * MINUTE, error="Down")
        post.write(a_message("m3", "a3"))

        assert post.claimable(NOW + 30 * MINUTE) == ["m3", "m2", "m1"]

    def test_a_claimed_message_is_nobody_elses_until_the_claim_runs_out(self, post: Post) -> None:
        """A second before the end it lives; at its end it does not."""
        post.write(a_message())
        first = post.claimed()

        assert post.delivery().leased_until == NOW + LEASE
        assert post.claim(NOW) is None
        assert post.claim(NOW + LEASE - SECOND) is None
        second = post.claimed(NOW + LEASE)
        assert (first.tries, second.tries) == (1, 2)
        assert post.claim(NOW + LEASE) is None

    def test_messages_of_an_appointment_go_in_order(self, post: Post) -> None:
        """While one is in somebody's hands those behind it wait; other appointments' do not."""
        post.write(a_message("m1", "a1"), a_message("m2", "a1"), a_message("m3", "a2"))

        first, other = post.claimed(), post.claimed()
        assert [first.message.id, other.message.id] == ["m1", "m3"]
        assert post.claim() is None

        assert post.outbox.mark_sent(first)
        assert post.claimable() == ["m2"]

    @every_end
    def test_a_message_that_is_done_with_stands_in_nobodys_way(
        self, post: Post, end: Settle
    ) -> None:
        """Parked or expired ones neither."""
        post.write(a_message("m1"), a_message("m2"))

        assert end(post.outbox, post.claimed())

        assert post.claimable() == ["m2"]

    def test_a_message_that_waits_makes_those_behind_it_wait(self, post: Post) -> None:
        """To the second, and then it goes first."""
        post.write(a_message("m1", "a1"), a_message("m2", "a1"), a_message("m3", "a2"))
        due_at = NOW + MINUTE
        assert post.outbox.put_back(post.claimed(), due_at=due_at, error="ServerDown")

        assert post.claimable(due_at - SECOND) == ["m3"]
        again = post.claimed(due_at)
        assert (again.message.id, again.tries) == ("m1", 2)
        assert post.outbox.mark_sent(again)
        assert post.claimed(due_at).message.id == "m2"

    def test_a_message_that_comes_behind_one_that_waits_waits_too(self, post: Post) -> None:
        """Though it is stored later."""
        post.write(a_message("m1"))
        put_back(post.outbox, post.claimed())
        post.write(a_message("m2"))

        assert post.claim() is None

    def test_a_message_that_is_put_back_remembers_its_tries_and_its_error(self, post: Post) -> None:
        """The last error; when it is sent in the end there is none."""
        post.write(a_message())
        for tries in (1, 2, 3):
            now = NOW + tries * 60 * MINUTE
            claimed = post.claimed(now)
            assert claimed.tries == tries
            assert post.outbox.put_back(claimed, due_at=now + MINUTE, error=f"Error{tries}")
            assert post.delivery() == Delivery(
                message=claimed.message, tries=tries, due_at=now + MINUTE, error=f"Error{tries}"
            )

        assert post.outbox.mark_sent(post.claimed(NOW + 300 * MINUTE))
        assert post.delivery().error == ""
        assert post.delivery().tries == 4  # noqa: PLR2004

    @every_end
    def test_a_message_that_is_done_with_has_no_token(self, post: Post, end: Settle) -> None:
        """It holds the way in to an appointment; the rest is history."""
        message = a_message()
        post.write(message)

        assert end(post.outbox, post.claimed())

        done = attrs.evolve(message, token="", state=ENDS[end])
        assert list(post.store.messages(THE_CLINIC)) == [done]
        assert post.delivery().message == done
        assert post.delivery().leased_until is None
        assert post.claim(NOW + 2 * LEASE) is None

    def test_a_comment_stays_only_where_nobody_has_got_it(self, post: Post) -> None:
        """Staff must be able to read it when the host's list never took it."""
        kept = {}
        for end, state in ENDS.items():
            appointment = f"visit-{state.value}"
            post.write(a_message(state.value, appointment, comment="Sjuk."))
            assert end(post.outbox, post.claimed())
            kept[state] = post.delivery(state.value).message.comment
        post.write(a_message("void", "visit-void", comment="Sjuk."))
        post.void("visit-void")
        kept[MessageState.VOID] = post.delivery("void").message.comment

        assert kept == {
            MessageState.SENT: "",
            MessageState.PARKED: "Sjuk.",
            MessageState.EXPIRED: "Sjuk.",
            MessageState.VOID: "",
        }

    def test_a_parked_message_tells_the_kind_of_its_error(self, post: Post) -> None:
        """And is found by its state."""
        post.write(a_message("m1", "a1"), a_message("m2", "a2"), a_message("m3", "a3"))
        assert post.outbox.park(post.claimed(), error="NoSuchReceiver")
        assert post.outbox.mark_sent(post.claimed())

        (parked,) = post.outbox.deliveries(THE_CLINIC, MessageState.PARKED)
        assert (parked.message.id, parked.error, parked.tries) == ("m1", "NoSuchReceiver", 1)
        (unsent,) = post.outbox.deliveries(THE_CLINIC, MessageState.UNSENT)
        assert unsent == Delivery(message=a_message("m3", "a3"))

    def test_void_messages_are_not_claimed(self, post: Post) -> None:
        """Those written since are."""
        post.write(a_message("m1"), a_message("m2"))
        post.void()
        post.write(a_message("m3"))

        assert post.claimable() == ["m3"]

    @every_way
    def test_a_message_that_became_void_in_somebodys_hands_stays_void(
        self, post: Post, settle: Settle
    ) -> None:
        """Whatever became of the sending; nothing of it is written down."""
        post.write(a_message())
        claimed = post.claimed()
        post.void()

        assert not settle(post.outbox, claimed)

        left = post.delivery()
        assert left.message == attrs.evolve(a_message(), state=MessageState.VOID, token="")
        assert (left.error, left.leased_until) == ("", None)
        assert post.claim(NOW + 2 * LEASE) is None

    @every_way
    def test_what_is_void_but_still_in_hand_is_not_overtaken(
        self, post: Post, settle: Settle
    ) -> None:
        """The old time must not reach the patient after the new one."""
        post.write(a_message("old"))
        claimed = post.claimed()
        post.void()
        post.write(a_message("new"))

        assert post.claim() is None
        settle(post.outbox, claimed)
        assert post.claimable() == ["new"]

    def test_what_is_void_and_in_dead_hands_is_waited_for_no_longer_than_the_claim(
        self, post: Post
    ) -> None:
        """Its dispatcher may never come back."""
        post.write(a_message("old"))
        post.claimed()
        post.void()
        post.write(a_message("new"))

        assert post.claim(NOW + LEASE - SECOND) is None
        assert post.claimable(NOW + LEASE) == ["new"]

    @every_way
    def test_a_claim_that_was_taken_over_settles_nothing(self, post: Post, settle: Settle) -> None:
        """The one who has the message now settles it."""
        post.write(a_message())
        slow = post.claimed()
        quick = post.claimed(NOW + LEASE)
        before = post.delivery()

        assert not settle(post.outbox, slow)

        assert post.delivery() == before
        assert post.claim(NOW + LEASE) is None
        assert post.outbox.mark_sent(quick)

    @every_way
    def test_a_claim_that_ran_out_but_was_not_taken_over_still_settles(
        self, post: Post, settle: Settle
    ) -> None:
        """So that a message that was sent slowly is not sent twice."""
        post.write(a_message())
        slow = post.claimed()

        assert settle(post.outbox, slow)

        assert post.delivery().leased_until is None
        assert post.state() is ENDS.get(settle, MessageState.UNSENT)

    @every_way
    @every_end
    def test_a_message_is_settled_once(self, post: Post, end: Settle, settle: Settle) -> None:
        """A second time changes nothing."""
        post.write(a_message())
        claimed = post.claimed()
        assert end(post.outbox, claimed)
        before = post.delivery()

        assert not settle(post.outbox, claimed)

        assert post.delivery() == before

    def test_a_voided_message_stays_as_it_was_sent(self, post: Post) -> None:
        """What is done with cannot become void."""
        post.write(a_message())
        post.outbox.mark_sent(post.claimed())
        post.void()

        assert post.state() is MessageState.SENT

    def test_no_other_clinics_messages_are_reached(self, post: Post) -> None:
        """Though ids of messages and appointments be the same."""
        put(post.store, a_clinic(OTHER_CLINIC))
        theirs = a_message(clinic=OTHER_CLINIC)
        post.write(a_message(), theirs)
        ours = post.claimed()

        assert post.claim() is None
        assert post.outbox.park(ours, error="NoSuchReceiver")
        assert list(post.outbox.deliveries(OTHER_CLINIC)) == [Delivery(message=theirs)]
        claimed = post.claim(clinic=OTHER_CLINIC)
        assert claimed is not None
        assert claimed.message == theirs

    def test_moments_may_be_given_in_any_zone(self, post: Post) -> None:
        """They are moments, not what a clock shows."""
        tokyo = ZoneInfo("Asia/Tokyo")
        post.write(a_message())
        claimed = post.claimed(NOW.astimezone(tokyo))
        assert post.claim(NOW + LEASE - SECOND) is None

        due_at = (NOW + MINUTE).astimezone(tokyo)
        assert post.outbox.put_back(claimed, due_at=due_at, error="ServerDown")
        assert post.claim((NOW + MINUTE - SECOND).astimezone(tokyo)) is None
        assert post.claim((NOW + MINUTE).astimezone(tokyo)) is not None


class OutboxContract(OneCallerOutboxContract):
    """Every promise of `ports.outbox`."""

    def test_many_dispatchers_never_have_the_same_message(self, post: Post) -> None:
        """And all messages are had, those of each appointment in order."""
        written = [a_message(f"m{n}-{m}", f"a{n}") for m in range(3) for n in range(CROWD)]
        put(post.store, *written)
        had: defaultdict[AppointmentId, list[str]] = defaultdict(list)

        def dispatch(number: int) -> list[str]:
            mine: list[str] = []
            while len(mine) < len(written):
                claimed = post.outbox.claim(
                    THE_CLINIC, lease=f"{number}-{len(mine)}", now=NOW, until=NOW + LEASE
                )
                if claimed is None:
                    break
                mine.append(claimed.message.id)
                had[claimed.message.appointment].append(claimed.message.id)
                assert post.outbox.mark_sent(claimed)
            return mine

        at_once(dispatch)
        left = post.claimable()  # behind what was in hand when the others found nothing

        everything = sorted([*(id_ for ids in had.values() for id_ in ids), *left])
        assert everything == sorted(message.id for message in written)
        assert all(ids == sorted(ids) for ids in had.values())

    def test_one_of_many_claims_a_message(self, post: Post) -> None:
        """All come for the same one."""
        for round_number in range(5):
            post.write(a_message(f"m{round_number}", f"a{round_number}"))
            claims = [claim for claim in at_once(lambda _: post.claim()) if claim is not None]
            assert [claim.message.id for claim in claims] == [f"m{round_number}"]

    def test_sending_and_voiding_at_once_leave_one_of_the_two(self, post: Post) -> None:
        """And never a token."""
        for round_number in range(5):
            id_, appointment = f"m{round_number}", f"a{round_number}"
            post.write(a_message(id_, appointment))
            claimed = post.claimed()

            def come(
                number: int, claimed: Claimed = claimed, appointment: str = appointment
            ) -> bool:
                if number == 0:
                    return post.outbox.mark_sent(claimed)
                post.void(appointment)
                return False

            was_sent = at_once(come)[0]
            left = post.delivery(id_).message
            assert left.state is (MessageState.SENT if was_sent else MessageState.VOID)
            assert not left.token
