"""Every exception that webtidbok raises on purpose.

An expected no is a value, not an exception (`rules/`). What is raised is either a value that
cannot exist, something asked for that is not there, or a store that gives no answer. No text here
ever holds what a patient typed.
"""

import re
from collections.abc import Sequence
from typing import Self

import attrs


class WebtidbokError(Exception):
    """The root: catch it to catch all that is raised on purpose."""


class InvalidValue(WebtidbokError, ValueError):
    """A field was given something that it cannot hold (R40).

    Attributes:
        field: The field's name, as the giver knows it.
        reason: What is wrong, without the value that was given.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@attrs.frozen
class Fault:
    """One thing that is wrong in input that is checked whole: which field, where, and why."""

    field: str
    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.field}: {self.reason}" if self.place else str(self.as_value())

    def as_value(self) -> InvalidValue:
        """Return the fault as the exception that a single value would raise."""
        return InvalidValue(self.field, self.reason)


class InvalidInput(WebtidbokError, ValueError):
    """Input that is checked whole has faults; nothing of it was stored (R40).

    Attributes:
        faults: All of them, in the order of the input. Never empty.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = tuple(faults)


class NotFound(WebtidbokError, LookupError):
    """Something that was asked for by its id is not there.

    Attributes:
        what: The kind of thing, in the domain's word.
        id: The id that was asked for.
    """

    what = "thing"

    def __init__(self, id: str) -> None:  # noqa: A002 - the domain's word
        super().__init__(f"no {self.what} {id!r}")
        self.id = id


class UnknownClinic(NotFound):
    """No such clinic in this installation."""

    what = "clinic"


class UnknownType(NotFound):
    """The clinic has no such bookable type."""

    what = "bookable type"


class UnknownProvider(NotFound):
    """The clinic has no such provider."""

    what = "provider"


class UnknownResource(NotFound):
    """The clinic has no such resource."""

    what = "resource"


class UnknownPatient(NotFound):
    """The register has no such patient."""

    what = "patient"


class UnknownAppointment(NotFound):
    """The clinic has no such appointment."""

    what = "appointment"


class UnknownAbsence(NotFound):
    """The clinic has no such absence."""

    what = "absence"


class ClinicExists(WebtidbokError):
    """A clinic with this id is in the installation already; nothing was changed."""

    def __init__(self, id: str) -> None:  # noqa: A002 - the domain's word
        super().__init__(f"there is a clinic {id!r} already")
        self.id = id


class RequestKeyReused(WebtidbokError):
    """A request key came back with other content than the first time (R22)."""

    def __init__(self) -> None:
        super().__init__("the request key was used before, for other content")


class OverlapsExclusive(WebtidbokError):
    """A change would lay a time over an exclusive one; nothing was stored (R24).

    Our own mistake, or a writer that went round us.
    """


class StoreUnavailable(WebtidbokError):
    """The store gave no answer: what was asked may or may not have been done.

    Ask again with the same request key to learn which.
    """


class TryAgain(StoreUnavailable):
    """The host's transaction lost a race inside the database; the host repeats all of it."""


class WrongSchema(WebtidbokError):
    """The database holds no tables of ours, or those of an older or newer version."""


class MissingExtra(WebtidbokError, ImportError):
    """An optional part is not installed."""

    def __init__(self, extra: str) -> None:
        super().__init__(f'this needs more packages: pip install "webtidbok[{extra}]"')
        self.extra = extra


class MissingKey(WebtidbokError):
    """Codes and callers are kept under a key, and no key was given."""


#: A name, not a sentence: nothing that a person typed, no number and no address, has this form.
_KIND = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,79}")


class DeliveryFailure(WebtidbokError):
    """A message could not be sent; which of the two kinds below says what happens next.

    Attributes:
        kind: The name of what went wrong, such as `ConnectionRefusedError` or `smtp-550`. It is
            kept and shown to staff, so it holds nothing of the message or of what a server said.

    Raises:
        ValueError: `kind` is not such a name.
    """

    def __init__(self, kind: str) -> None:
        if not _KIND.fullmatch(kind):
            raise ValueError("the kind of a failure is a name of letters, digits, _, . and -")
        super().__init__(kind)
        self.kind = kind

    @classmethod
    def of(cls, error: BaseException) -> Self:
        """Return the failure that an error means, by the name of its class alone."""
        name = type(error).__name__
        return cls(name if _KIND.fullmatch(name) else "Exception")


class TemporaryFailure(DeliveryFailure):
    """It may go better later: the message is tried again after a wait."""


class PermanentFailure(DeliveryFailure):
    """It will never go: the message is parked, and those behind it go on."""
