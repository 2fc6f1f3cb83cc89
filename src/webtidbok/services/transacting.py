"""Writing through the one door, on settings that are still the ones that were read."""

from collections.abc import Callable
from enum import Enum
from functools import partial
from typing import Generic, TypeVar

import attrs

from webtidbok.errors import StoreUnavailable, WebtidbokError
from webtidbok.model.ids import ClinicId
from webtidbok.ports.store import Change, Scope, State, StoredClinic
from webtidbok.services.desk import Desk

A = TypeVar("A")

#: Settings do not change this often between reading and writing.
_MOST_TRIES = 5


@attrs.frozen
class Plan(Generic[A]):
    """What a use case works out from settings before it writes: the scope, and how to decide."""

    scope: Scope
    decide: Callable[[State], Change[A] | A]


class _Outdated(Enum):
    """The settings have changed since the scope was worked out from them."""

    OUTDATED = "outdated"


def transact(desk: Desk, clinic: ClinicId, plan: Callable[[StoredClinic], Plan[A]]) -> A:
    """Store what a plan decides, and return its answer.

    The scope depends on the settings. If they change before the store has locked it, the plan is
    made again from the new ones. The first plan is made from those that were known last, and
    whatever it cannot be made from, it is made again from those of now.

    Raises:
        UnknownClinic: there is no such clinic.
    """
    for tried in range(_MOST_TRIES):
        try:
            stored = desk.store.clinic(clinic) if tried else desk.store.last_known(clinic)
            made = plan(stored)
        except WebtidbokError:
            if tried:
                raise
            continue
        answer = _transact_on(desk, stored, made)
        if not isinstance(answer, _Outdated):
            return answer
    raise StoreUnavailable("the clinic's settings keep changing")


def _transact_on(desk: Desk, stored: StoredClinic, plan: Plan[A]) -> A | _Outdated:
    decide = partial(_decided, stored, plan)
    answer: A | _Outdated = desk.store.transact(plan.scope, decide)  # type: ignore[assignment] # unions are not solved
    return answer


def _decided(
    stored: StoredClinic, plan: Plan[A], state: State
) -> Change[A | _Outdated] | A | _Outdated:
    # A version alone would not do: where a host undoes a change, it may come back.
    if state.clinic is not stored and state.clinic != stored:
        return _Outdated.OUTDATED
    return plan.decide(state)
