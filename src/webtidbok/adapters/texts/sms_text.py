"""What an SMS says: in one part of GSM-7 where that can be (R36).

It names the clinic, the time and where to change it; no treatment, no person, and nothing that a
patient typed. What does not fit is left out in this order: the telephone number, if there is a
link; words that are only kind; the end of a long name; the last moment for changes. The page
behind the link shows all of it.
"""

from collections.abc import Iterator

from webtidbok.adapters.texts.catalogues import translatable
from webtidbok.adapters.texts.gsm import as_gsm, parts
from webtidbok.adapters.texts.telling import Telling
from webtidbok.model.changeable import Action
from webtidbok.model.message import MessageKind

#: In whole words, and in few.
_WHOLE, _FEW = 0, 1

_NEWS = {
    MessageKind.CONFIRMATION: (
        translatable("%(clinic)s: your visit is booked for %(time)s."),
        translatable("%(clinic)s: visit booked for %(time)s."),
    ),
    MessageKind.MOVED: (
        translatable("%(clinic)s: your visit is moved to %(time)s."),
        translatable("%(clinic)s: new time %(time)s."),
    ),
    MessageKind.MOVED_BY_STAFF: (
        translatable("%(clinic)s: we have moved your visit to %(time)s."),
        translatable("%(clinic)s: visit moved to %(time)s."),
    ),
    MessageKind.CANCELLED: (
        translatable("%(clinic)s: your visit on %(time)s is cancelled."),
        translatable("%(clinic)s: cancelled visit %(time)s."),
    ),
    MessageKind.RECALL: (
        translatable("%(clinic)s: we have booked a visit for you on %(time)s."),
        translatable("%(clinic)s: visit for you %(time)s."),
    ),
}

_BOTH = frozenset(Action)
_REBOOK, _CANCEL = frozenset({Action.REBOOK}), frozenset({Action.CANCEL})

_CHANGE_BY = {
    _BOTH: (
        translatable("Rebook or cancel by %(deadline)s:"),
        translatable("Rebook/cancel by %(deadline)s:"),
    ),
    _REBOOK: (translatable("Rebook by %(deadline)s:"),) * 2,
    _CANCEL: (translatable("Cancel by %(deadline)s:"),) * 2,
}
_CHANGE = {
    _BOTH: translatable("Rebook or cancel:"),
    _REBOOK: translatable("Rebook:"),
    _CANCEL: translatable("Cancel:"),
    frozenset[Action](): translatable("Your visit:"),
}
_PHONE = translatable("Tel. %(phone)s")
_CALL = translatable("Questions? Call %(phone)s.")

#: So much of a clinic's name is always there, in characters.
_NAME_LEAST = 20
_CUT = "..."


def sms_text(telling: Telling) -> str:
    """Return the text: one part of GSM-7 if any way of saying it is, else all of it."""
    says = list(map(as_gsm, _ways(telling)))
    return next((text for text in says if parts(text) == 1), says[0])


def _ways(telling: Telling) -> Iterator[str]:
    """Yield ways to say it, the best first."""
    name, link, phone = telling.clinic.name, telling.link, telling.clinic.phone
    if link is None:
        call = telling.say(_CALL, phone=phone)
        yield _lines(_news(telling, name, _WHOLE), call)
        yield from (_lines(_news(telling, each, _FEW), call) for each in _names(name))
        return
    whole = (_news(telling, name, _WHOLE), _change_by(telling, _WHOLE), link)
    yield _lines(*whole, telling.say(_PHONE, phone=phone))
    yield _lines(*whole)
    for change in (_change_by(telling, _FEW), telling.say(_CHANGE[telling.may])):
        for each in _names(name):
            yield _lines(_news(telling, each, _FEW), change, link)


def _lines(*lines: str) -> str:
    return "\n".join(lines)


def _news(telling: Telling, name: str, wording: int) -> str:
    text = _NEWS[telling.outgoing.message.kind][wording]
    return telling.say(text, clinic=name, time=telling.short_moment(telling.start))


def _change_by(telling: Telling, wording: int) -> str:
    deadline = telling.outgoing.deadline
    if deadline is None or not telling.may:
        return telling.say(_CHANGE[telling.may])
    text = _CHANGE_BY[telling.may][wording]
    return telling.say(text, deadline=telling.short_moment(deadline))


def _names(name: str) -> Iterator[str]:
    """Yield a name, and then shorter and shorter beginnings of it."""
    yield name
    for most in range(len(name) - 1, _NAME_LEAST - 1, -1):
        yield name[: most - len(_CUT)].rstrip() + _CUT
