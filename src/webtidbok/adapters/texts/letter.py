"""What a mail says (R36): the time, the clinic, and the way to change it.

Nothing that a patient typed is in it, not even a first name: a form that mails strangers what
somebody typed is a way to send them whatever one likes, in the clinic's name.
"""

import attrs

from webtidbok.adapters.texts.catalogues import translatable
from webtidbok.adapters.texts.telling import Telling
from webtidbok.model.changeable import Action
from webtidbok.model.message import MessageKind

_SUBJECTS = {
    MessageKind.CONFIRMATION: translatable("Your visit on %(time)s is booked"),
    MessageKind.MOVED: translatable("Your visit is moved to %(time)s"),
    MessageKind.MOVED_BY_STAFF: translatable("We have moved your visit to %(time)s"),
    MessageKind.CANCELLED: translatable("Your visit on %(time)s is cancelled"),
    MessageKind.RECALL: translatable("We have booked a visit for you on %(time)s"),
}
_NEWS = {
    MessageKind.CONFIRMATION: translatable("Your visit to %(clinic)s is booked. Welcome!"),
    MessageKind.MOVED: translatable("Your visit to %(clinic)s is moved. This is the new time:"),
    MessageKind.MOVED_BY_STAFF: translatable(
        "%(clinic)s has moved your visit. This is the new time:"
    ),
    MessageKind.CANCELLED: translatable(
        "Your visit to %(clinic)s is cancelled. There is nothing more that you need to do."
    ),
    MessageKind.RECALL: translatable(
        "It is time for your next visit to %(clinic)s, and we have booked this time for you:"
    ),
}

_BOTH = frozenset(Action)
_REBOOK, _CANCEL = frozenset({Action.REBOOK}), frozenset({Action.CANCEL})

_UNTIL = {
    _BOTH: translatable("Rebook or cancel by %(deadline)s:"),
    _REBOOK: translatable("Rebook by %(deadline)s:"),
    _CANCEL: translatable("Cancel by %(deadline)s:"),
}
_BUTTONS = {
    _BOTH: translatable("Rebook or cancel"),
    _REBOOK: translatable("Rebook"),
    _CANCEL: translatable("Cancel"),
    frozenset[Action](): translatable("See your visit"),
}
_TOO_LATE = translatable(
    "The visit can no longer be changed on the web; please call us instead. Here you see it:"
)
_SECRET = translatable("Whoever has the link can see and change your visit. Do not pass it on.")

_HELLO = translatable("Hello!")
_WHEN = translatable("Time")
_WHERE = translatable("Place")
_PHONE = translatable("Telephone")
_CALL = translatable("If you have any questions, please call us on %(phone)s.")
_BYE = translatable("Kind regards")


@attrs.frozen(kw_only=True)
class WayIn:
    """How the patient gets to the visit.

    Attributes:
        until: Until when it may be changed, before the link.
        label: What the link is called where it can have a name.
        caution: That it is a secret, in a sentence.
    """

    until: str
    label: str
    address: str = attrs.field(repr=False)
    caution: str


@attrs.frozen(kw_only=True)
class Letter:
    """A mail's words, before they are laid out.

    Attributes:
        subject: Holds the time, and no name.
        facts: The time, the place and the telephone, each with its label.
        way_in: None where the message carries no link (R29).
    """

    language: str
    subject: str
    greeting: str
    news: str
    facts: tuple[tuple[str, str], ...]
    way_in: WayIn | None
    call: str
    regards: str
    signature: str


def letter_of(telling: Telling) -> Letter:
    """Return what the mail says in the language of its receiver."""
    kind, clinic = telling.outgoing.message.kind, telling.clinic
    time = telling.moment(telling.start)
    return Letter(
        language=telling.language,
        subject=telling.say(_SUBJECTS[kind], time=time),
        greeting=telling.say(_HELLO),
        news=telling.say(_NEWS[kind], clinic=clinic.name),
        facts=(
            (telling.say(_WHEN), time),
            (telling.say(_WHERE), ", ".join(filter(None, (clinic.name, clinic.address)))),
            (telling.say(_PHONE), _unbroken(clinic.phone)),
        ),
        way_in=_way_in(telling),
        call=telling.say(_CALL, phone=_unbroken(clinic.phone)),
        regards=telling.say(_BYE),
        signature=clinic.name,
    )


def _unbroken(phone: str) -> str:
    """Return a number that stays on one line."""
    return phone.replace(" ", "\N{NO-BREAK SPACE}")


def _way_in(telling: Telling) -> WayIn | None:
    if telling.link is None:
        return None
    deadline = telling.outgoing.deadline
    may = telling.may if deadline else frozenset()
    return WayIn(
        until=(
            telling.say(_UNTIL[may], deadline=telling.moment(deadline))
            if deadline and may
            else telling.say(_TOO_LATE)
        ),
        label=telling.say(_BUTTONS[may]),
        address=telling.link,
        caution=telling.say(_SECRET),
    )
