"""The contract of a messenger."""

from collections.abc import Sequence

import attrs

from webtidbok.model.ids import MessageId
from webtidbok.ports.messenger import Messenger, Outgoing
from webtidbok.testing.builders import a_clinic, a_message, an_appointment


def an_outgoing(message: str = "m1") -> Outgoing:
    """Return a message of the test clinic on its way, by SMS."""
    visit = an_appointment()
    written = attrs.evolve(a_message(message, visit.id), placement=visit.placement)
    return Outgoing(message=written, clinic=a_clinic(), appointment=visit)


class MessengerContract:
    """Subclass it in your tests, give it a `messenger` and say what has arrived.

    What a server that is down or refuses looks like, only you can play: `TemporaryFailure` and
    `PermanentFailure` are for tests of your own.
    """

    def arrived(self, messenger: Messenger) -> Sequence[str]:
        """Return the `repeat_key` of each message that the receiver's server has, in order."""
        raise NotImplementedError

    def test_a_message_has_arrived_when_it_is_sent(self, messenger: Messenger) -> None:
        """Who answers earlier loses what never arrives."""
        outgoing = an_outgoing()
        messenger.send(outgoing)

        assert list(self.arrived(messenger)) == [outgoing.repeat_key]

    def test_messages_arrive_in_the_order_in_which_they_are_sent(
        self, messenger: Messenger
    ) -> None:
        """A cancellation before its confirmation would tell the contrary."""
        several = [an_outgoing(name) for name in ("m3", "m1", "m2")]
        for outgoing in several:
            messenger.send(outgoing)

        assert list(self.arrived(messenger)) == [each.repeat_key for each in several]

    def test_a_repeat_can_be_told_by_its_key(self, messenger: Messenger) -> None:
        """Or does not arrive at all; what is sent at least once may come twice."""
        outgoing = an_outgoing()
        messenger.send(outgoing)
        messenger.send(outgoing)

        assert {*self.arrived(messenger)} == {outgoing.repeat_key}

    def test_the_same_id_of_two_clinics_is_two_messages(self, messenger: Messenger) -> None:
        """Ids are a clinic's own."""
        ours = an_outgoing(MessageId("m1"))
        other = a_clinic("other-clinic")
        theirs = attrs.evolve(
            ours, message=attrs.evolve(ours.message, clinic=other.id), clinic=other
        )
        messenger.send(ours)
        messenger.send(theirs)

        assert list(self.arrived(messenger)) == [ours.repeat_key, theirs.repeat_key]
