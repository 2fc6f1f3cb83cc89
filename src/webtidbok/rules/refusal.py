"""Refusals: why not, as small values that hold the facts (R17)."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import ClassVar, Protocol, runtime_checkable

import attrs


@runtime_checkable
class Refusal(Protocol):
    """One reason against something. An attrs value whose fields are its facts.

    A host's own rule brings refusals of its own.

    Attributes:
        code: Stable, for programs: `interfaces.md` lists ours.
        setting: Which setting stands behind it, for staff; empty if none does.
    """

    code: ClassVar[str]

    @property
    def setting(self) -> str:
        """The setting behind the refusal, named as in a clinic file."""


@attrs.frozen
class PatientReason:
    """What a patient is told: the code alone. It holds nobody's data (R17, R23)."""

    code: str


def patient_view(refusals: Iterable[Refusal]) -> tuple[PatientReason, ...]:
    """Return what patients may know of `refusals`, in their order, each code once."""
    return tuple(PatientReason(code) for code in dict.fromkeys(r.code for r in refusals))


def facts_of(refusal: Refusal) -> dict[str, object]:
    """Return the facts of a refusal by name, in plain types, for staff, logs and JSON."""
    facts = attrs.asdict(refusal, recurse=False)  # type: ignore[arg-type] # refusals are attrs values
    return {name: _plain(value) for name, value in facts.items() if name != "setting"}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value
