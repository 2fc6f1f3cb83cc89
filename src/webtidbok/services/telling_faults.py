"""What may be wrong with a history, and with the messages that tell of it.

Each of these answers with what is wrong, in words about the appointment or the message, or with
nothing if all is right.
"""

import attrs

from webtidbok.model.appointment import Appointment
from webtidbok.model.event import Event, Happening
from webtidbok.model.message import MessageKind, MessageState
from webtidbok.ports.outbox import Delivery

#: How an appointment comes to be.
MADE = frozenset({Happening.BOOKED, Happening.RECALLED, Happening.STAFF_BOOKED, Happening.IMPORTED})
_CANCELLED = frozenset({Happening.CANCELLED, Happening.STAFF_CANCELLED})
_MOVED = frozenset({Happening.REBOOKED, Happening.STAFF_MOVED})
#: With what a patient chooses a time.
BY_PATIENT = frozenset({Happening.BOOKED, Happening.REBOOKED})

#: What happened when a message of a kind was written.
_TOLD_BY = {
    MessageKind.CONFIRMATION: frozenset({Happening.BOOKED}),
    MessageKind.MOVED: frozenset({Happening.REBOOKED}),
    MessageKind.MOVED_BY_STAFF: frozenset({Happening.STAFF_MOVED}),
    MessageKind.CANCELLED: _CANCELLED,
    MessageKind.RECALL: frozenset({Happening.RECALLED}),
    MessageKind.WATCH: frozenset({Happening.CANCELLED}),
}
#: What its patient is told of, by the channels ticked.
IS_TOLD = frozenset().union(*_TOLD_BY.values())


def history_fault(visit: Appointment, events: list[Event]) -> str:
    """Return what is wrong with the history of an appointment; nothing if it is right."""
    if not events or events[0].what not in MADE:
        return "does not begin with how it was made"
    if events[0].revision != 1 and events[0].what is not Happening.IMPORTED:
        return "does not begin with revision 1"
    last = events[0]
    for event in events[1:]:
        if says := _step_fault(last, event):
            return says
        last = attrs.evolve(event, after=event.after or last.after)
    if last.revision != visit.revision:
        return "does not reach the present revision"
    if any(event.what in _CANCELLED for event in events) != visit.is_cancelled:
        return "disagrees about whether it is cancelled"
    if last.after != visit.placement:
        return "disagrees about where it is"
    return ""


def _step_fault(last: Event, event: Event) -> str:
    """Return why an event cannot follow the last, whose `after` is where the visit was then."""
    if event.what in MADE:
        return "tells twice how it was made"
    if event.revision != last.revision + (event.what in _MOVED | _CANCELLED):
        return f"does not go on from revision {last.revision}"
    if event.before != last.after:
        return f"does not go on from where revision {last.revision} was"
    return ""


def telling_fault(visit: Appointment, change: Event | None, delivery: Delivery) -> str:
    """Return why a message does not tell of a change, or is out of date."""
    message = delivery.message
    if change is None or change.what not in _TOLD_BY[message.kind]:
        return "tells of what did not happen"
    if message.placement != (change.after or change.before):
        return "tells of another time or place"
    if message.state is MessageState.UNSENT and message.sequence != visit.revision:
        return "is unsent, but the appointment has changed since"
    return ""


def sending_fault(delivery: Delivery) -> str:
    """Return what is wrong with how a message was settled."""
    message, state = delivery.message, delivery.message.state
    if state is MessageState.UNSENT:
        return ""
    if message.token:
        return f"is {state.value} and holds a token"
    if message.comment and state in {MessageState.SENT, MessageState.VOID}:
        return f"is {state.value} and holds a comment"
    if state is MessageState.PARKED and not delivery.error:
        return "is parked without an error"
    if delivery.leased_until is not None and state is not MessageState.VOID:
        return f"is {state.value} and in somebody's hands"
    return ""
