"""May this patient? Age, new or existing, open bookings (R11, R12, R3, R23)."""

from datetime import date
from typing import ClassVar

import attrs

from webtidbok.model.age import Ages, birthday
from webtidbok.model.bookable_type import BookableType, Patients
from webtidbok.model.instants import minute_of
from webtidbok.model.wall_clock import midnight
from webtidbok.rules.question import PatientFacts, Question
from webtidbok.rules.rule import Between, Nothing, Rule
from webtidbok.slots.starts import EVER


@attrs.frozen(kw_only=True)
class AgeNotAllowed:
    """On the day of the visit the patient has not an age that the type is for."""

    code: ClassVar[str] = "age"
    setting: str


@attrs.frozen(kw_only=True)
class PhoneTheClinic:
    """The patient may not book this on the web. Patients are never told which rule it was (R23).

    Attributes:
        because: For staff only.
    """

    code: ClassVar[str] = "phone-the-clinic"
    because: str
    setting: str


def age_rules(question: Question) -> list[Rule]:
    """Return what the type says of ages, judged on the local day of the visit (R11, R12)."""
    wanted, patient = question.visit.type, question.patient
    if wanted is None or patient is None:
        return []
    return [*_child_or_adult(question, wanted, patient), *_age_range(question, wanted, patient)]


def _child_or_adult(question: Question, wanted: BookableType, patient: PatientFacts) -> list[Rule]:
    adult_on = _minute(question, question.age_rule.adult_on(patient.born))
    refusal = AgeNotAllowed(setting="bookable_type.ages")
    if wanted.ages is Ages.ADULTS:
        return [Between(adult_on, EVER.stop, refusal)]
    if wanted.ages is Ages.CHILDREN:
        return [Between(EVER.start, adult_on, refusal)]
    return []


def _age_range(question: Question, wanted: BookableType, patient: PatientFacts) -> list[Rule]:
    rules: list[Rule] = []
    if wanted.age_from is not None:
        first = _minute(question, birthday(patient.born, wanted.age_from))
        rules.append(Between(first, EVER.stop, AgeNotAllowed(setting="bookable_type.age_from")))
    if wanted.age_to is not None:
        until = _minute(question, birthday(patient.born, wanted.age_to + 1))
        rules.append(Between(EVER.start, until, AgeNotAllowed(setting="bookable_type.age_to")))
    return rules


def _minute(question: Question, day: date) -> int:
    return minute_of(midnight(day, question.clinic.time_zone))


def new_or_existing(question: Question) -> Rule | None:
    """Admit nothing for a patient whom the type is not for, new or existing (R12)."""
    wanted, patient = question.visit.type, question.patient
    if wanted is None or patient is None or wanted.patients is Patients.EVERYONE:
        return None
    if patient.is_known is (wanted.patients is Patients.EXISTING):
        return None
    because = f"only for {wanted.patients.value} patients"
    return Nothing((PhoneTheClinic(because=because, setting="bookable_type.patients"),))


def open_bookings(question: Question) -> Rule | None:
    """Admit nothing for a patient with as many open web bookings as the clinic allows (R3)."""
    most, patient = question.clinic.web_booking.max_open_bookings, question.patient
    if most is None or patient is None or patient.open_bookings < most:
        return None
    because = f"{patient.open_bookings} open bookings, at most {most}"
    return Nothing((PhoneTheClinic(because=because, setting="web_booking.max_open_bookings"),))
