"""What the rules say about one start (R17)."""

import attrs

from webtidbok.model.slot import Slot
from webtidbok.rules.occupancy import NoResourceFree, ProviderBusy
from webtidbok.rules.refusal import Refusal

#: What somebody else's time says.
_TAKEN = frozenset({ProviderBusy.code, NoResourceFree.code})


@attrs.frozen
class Answer:
    """The slot that is offered, or every reason why none is."""

    slot: Slot | None
    reasons: tuple[Refusal, ...] = ()

    @property
    def is_taken(self) -> bool:
        """Whether nothing but somebody's time stands against it (R21a)."""
        return self.slot is None and all(reason.code in _TAKEN for reason in self.reasons)
