"""R1, R9, R17: is the function on, the type open, the provider one of the type's?"""

import attrs

from tests.rules.asking import (
    SOMEBODY,
    a_move,
    a_question,
    an_evaluator,
    codes_at,
    offers,
    reasons_at,
)
from webtidbok.model.ids import ProviderId, TypeId
from webtidbok.rules.functions import NewBookingsOff, NotOffered, ProviderNotForType
from webtidbok.testing.builders import (
    ANNA,
    BO,
    CHECK_UP,
    a_clinic,
    a_hold,
    a_type,
    a_web_booking,
    an_appointment,
    at,
)

NINE, TEN = at("09:00"), at("10:00")
ELSA = ProviderId("elsa")
OFF = a_clinic(web_booking=a_web_booking(new_bookings=False))
RECALLS_ONLY = a_clinic(types=(a_type(offered_for_new_bookings=False),))
ONLY_BO = a_clinic(types=(a_type(providers=(BO,)),))


def test_with_new_bookings_off_nothing_is_offered_and_the_reason_says_so_r1_r17() -> None:
    assert len(offers(a_question(OFF))) == 0
    assert codes_at(a_question(OFF), NINE) == ["new-bookings-off"]


def test_of_a_type_closed_to_new_bookings_nothing_is_offered_r9_r17() -> None:
    assert len(offers(a_question(RECALLS_ONLY))) == 0
    assert reasons_at(a_question(RECALLS_ONLY), NINE) == (NotOffered(type=CHECK_UP),)


def test_both_reasons_are_given_at_once_r17() -> None:
    clinic = a_clinic(web_booking=OFF.web_booking, types=RECALLS_ONLY.types)

    assert codes_at(a_question(clinic), NINE) == ["new-bookings-off", "not-offered"]


def test_a_provider_that_the_type_does_not_have_is_not_offered_r9() -> None:
    question = a_question(ONLY_BO)

    assert {slot.provider for slot in offers(question)} == {BO}
    assert reasons_at(question, NINE, provider=ANNA) == (
        ProviderNotForType(type=CHECK_UP, provider=ANNA),
    )
    assert reasons_at(question, NINE, provider=BO) == ()


def test_a_hold_with_another_provider_makes_nobody_give_the_type_r9_r17() -> None:
    question = a_question(ONLY_BO, hold=a_hold(provider=BO))

    assert reasons_at(question, NINE, provider=ANNA) == (
        ProviderNotForType(type=CHECK_UP, provider=ANNA),
    )


def test_a_rebooking_asks_none_of_this_r26() -> None:
    visit = an_appointment()

    for clinic in (OFF, RECALLS_ONLY, ONLY_BO):
        assert codes_at(a_move(visit, clinic), TEN) == []


def test_what_nothing_can_change_is_known_without_asking_about_a_time_r17() -> None:
    def closed(question: object) -> list[str]:
        return [reason.code for reason in an_evaluator(question).closed()]  # type: ignore[arg-type]

    assert closed(a_question()) == []
    assert closed(a_question(OFF)) == ["new-bookings-off"]
    assert closed(a_question(OFF, patient=SOMEBODY)) == ["new-bookings-off"]
    assert closed(a_question(ONLY_BO)) == []
    both = attrs.evolve(ONLY_BO, web_booking=OFF.web_booking)
    assert closed(a_question(both, providers=(ANNA,))) == [
        *("new-bookings-off", "provider-not-for-type")
    ]
    assert closed(a_question(ONLY_BO, providers=(ANNA,))) == ["provider-not-for-type"]
    nobody = an_evaluator(a_question(ONLY_BO, providers=(ANNA, ELSA))).closed()
    assert [getattr(reason, "provider", None) for reason in nobody] == [ANNA, ELSA]
    assert closed(a_move(an_appointment())) == []
    assert closed(a_move(an_appointment(), against_change=(NewBookingsOff(),))) == [
        "new-bookings-off"
    ]


def test_each_reason_names_the_setting_behind_it_r17() -> None:
    assert NewBookingsOff().setting == "web_booking.new_bookings"
    assert NotOffered(type=CHECK_UP).setting == "bookable_type.offered_for_new_bookings"
    assert ProviderNotForType(type=TypeId("t"), provider=BO).setting == "bookable_type.providers"
