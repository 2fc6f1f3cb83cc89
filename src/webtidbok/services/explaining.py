"""Why is a time not offered? (R17)."""

from datetime import datetime

import attrs

from webtidbok.model.hold import HoldId
from webtidbok.model.ids import ClinicId, ProviderId, TypeId
from webtidbok.model.slot import Slot
from webtidbok.rules.question import PatientFacts
from webtidbok.rules.refusal import PatientReason, Refusal, patient_view
from webtidbok.services.asking import free_at, new_question, start_minute
from webtidbok.services.desk import Desk


@attrs.frozen(kw_only=True)
class OfProvider:
    """What the rules say about a time with one provider: a slot, or every reason why not."""

    provider: ProviderId
    slot: Slot | None
    reasons: tuple[Refusal, ...]


@attrs.frozen(kw_only=True)
class Explanation:
    """Everything that the rules say about a time.

    Attributes:
        by_provider: In the order asked. Staff see it whole, each reason with its setting.
    """

    by_provider: tuple[OfProvider, ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The slots at that time; none if it is not offered."""
        return tuple(each.slot for each in self.by_provider if each.slot is not None)

    @property
    def reasons(self) -> tuple[Refusal, ...]:
        """All reasons if nobody is offered at that time, each once; none if somebody is."""
        if self.slots:
            return ()
        return tuple(dict.fromkeys(reason for each in self.by_provider for reason in each.reasons))

    def for_patients(self) -> tuple[PatientReason, ...]:
        """Return what patients may know: codes alone, nobody's data."""
        return patient_view(self.reasons)


def explain(
    desk: Desk,
    clinic: ClinicId,
    type: TypeId,  # noqa: A002 - the domain's word
    start: datetime,
    *,
    provider: ProviderId | None = None,
    patient: PatientFacts | None = None,
    hold: HoldId | None = None,
) -> Explanation:
    """Return all reasons why a time is not offered, or the slots that are.

    One query for each provider asked.

    Args:
        provider: None: each that the type has.
        patient: What is known of the patient; None: the rules about patients are silent.
        hold: The caller's own hold; its time counts as free.

    Raises:
        InvalidValue: `start` has no zone or is not a whole minute.
        UnknownClinic, UnknownType, UnknownProvider: what is asked about is not there.
    """
    minute = start_minute(start)
    stored = desk.store.clinic(clinic)
    question = new_question(
        desk,
        stored,
        type,
        now=desk.now(),
        providers=None if provider is None else (provider,),
        patient=patient,
        hold=desk.store.hold(clinic, hold) if hold else None,
    )
    evaluator = desk.evaluator(question, stored)
    said = []
    for each in question.providers:
        answer = evaluator.answer(each, minute, free_at(desk, evaluator, each, minute))
        said.append(OfProvider(provider=each, slot=answer.slot, reasons=answer.reasons))
    return Explanation(by_provider=tuple(said))
