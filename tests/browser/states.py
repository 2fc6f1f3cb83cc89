"""Every page that a patient may meet, and how one gets there."""

from collections.abc import Callable
from typing import TypeAlias

from playwright.sync_api import expect

from examples.demo.cast import ELIN, KIM
from examples.demo.weeks import CLINIC
from tests.browser.patient import Patient
from webtidbok import StoreUnavailable

#: Brings a patient to a page.
State: TypeAlias = Callable[[Patient], object]

_LONG_WORD = "Ä" * 101


def types(patient: Patient) -> None:
    patient.open_booking()
    patient.sees("What would you like to book?")


def booking_is_off(patient: Patient) -> None:
    patient.scene.set_up(new_bookings=False)
    patient.open_booking()
    patient.sees("Phone us to book")


def times(patient: Patient) -> None:
    types(patient)
    patient.choose_check_up()
    patient.sees("Choose a time")


def times_of_a_later_week(patient: Patient) -> None:
    times(patient)
    patient.link("Later times:").click()
    patient.reads("First free time")


def times_of_one_provider(patient: Patient) -> None:
    times(patient)
    patient.field("With whom").select_option("holm")
    patient.press("Show times")
    expect(patient.times().first).not_to_contain_text("Anders Holm")


def no_such_times(patient: Patient) -> None:
    patient.open_booking()
    patient.link("Besök").click()
    patient.field("When in the day").select_option("evening")
    patient.press("Show times")
    patient.reads("There is no free time like that.")


def times_with_one_kept(patient: Patient) -> None:
    patient.come_to_the_details()
    patient.page.go_back()
    patient.page.reload()
    patient.reads("Give it back")


def no_times_at_all(patient: Patient) -> None:
    patient.scene.set_up(horizon_months=0)
    patient.open_booking()
    patient.choose_check_up()


def details(patient: Patient) -> None:
    patient.come_to_the_details()
    patient.sees("Who is coming?")


def details_with_faults(patient: Patient) -> None:
    details(patient)
    patient.field("Personal identity number").fill("920101-2384")
    patient.field("Last name").fill(_LONG_WORD)
    patient.field("Mobile number").fill("08-123")
    patient.field("E-mail").fill("kim@example")
    patient.press("Go on")
    patient.reads("Check your personal identity number: a digit seems to be wrong.")


def details_no_longer_kept(patient: Patient) -> None:
    details(patient)
    patient.scene.wait(minutes=16)
    patient.page.reload()
    patient.reads(
        "The time is not kept for you any more. It is still yours if it is free when you confirm."
    )


def review(patient: Patient) -> None:
    patient.come_to_the_review()


def receipt(patient: Patient) -> None:
    patient.book()


def receipt_of_a_repeat(patient: Patient) -> None:
    patient.book()
    patient.page.reload()
    patient.reads(
        "It was booked the first time you pressed, and just once. The link to it was sent to you."
    )


def taken_before_the_details(patient: Patient) -> None:
    times(patient)
    patient.scene.booked()
    patient.choose_time()
    patient.sees("Somebody else was faster")


def taken_at_the_end(patient: Patient) -> None:
    patient.come_to_the_review()
    patient.scene.wait(minutes=16)
    patient.scene.booked()
    patient.press("Book the time")
    patient.sees("Somebody else was faster")
    patient.reads("Everything you wrote is kept.")


def times_after_the_details(patient: Patient) -> None:
    taken_at_the_end(patient)
    patient.press("See all free times")
    patient.sees("Choose a time")
    patient.reads("Everything you wrote is kept.")
    patient.way("Later times:").click()
    patient.reads("First free time")


def refused(patient: Patient) -> None:
    patient.scene.set_up(max_open_bookings=0)
    patient.come_to_the_review()
    patient.press("Book the time")
    patient.sees("That cannot be booked here")


def booked_already(patient: Patient) -> None:
    patient.book(KIM)
    patient.page.go_back()
    patient.press("Change the details")
    patient.field("First name").fill(ELIN.first_name)
    patient.press("Go on")
    patient.press("Book the time")


def times_open_for_hours(patient: Patient) -> None:
    times(patient)
    patient.scene.wait(hours=3)
    patient.choose_time()
    patient.reads("The page was open for a long time. These are the times that are free now.")


def review_open_for_hours(patient: Patient) -> None:
    patient.come_to_the_review()
    patient.scene.wait(hours=3)
    patient.press("Book the time")
    patient.reads("The page was open for a long time. Please press once more if this is right.")


def tampered_with(patient: Patient) -> None:
    details(patient)
    steps = patient.page.locator("main form [name=step]")
    steps.evaluate_all("all => all.forEach(each => each.value += 'x')")
    patient.press("Go on")
    patient.sees("This page cannot be used any more")


def unknown_page(patient: Patient) -> None:
    assert patient.open(f"{patient.scene.addresses.booking(CLINIC)}/nej") == 404
    patient.sees("There is no such page")


def unknown_clinic(patient: Patient) -> None:
    assert patient.open(f"{patient.scene.addresses.base}/nej") == 404
    patient.sees("There is no such page")


# A visit, by its link


def visit(patient: Patient) -> None:
    patient.open_visit(patient.scene.booked())
    patient.sees("Your visit")


def visit_too_late_to_change(patient: Patient) -> None:
    link = patient.scene.booked()
    patient.scene.stand_at("2026-11-29T17:00")
    patient.open_visit(link)
    patient.reads("It is too late to change the visit here")


def visit_that_has_begun(patient: Patient) -> None:
    link = patient.scene.booked()
    patient.scene.stand_at("2026-11-30T09:00")
    patient.open_visit(link)
    patient.sees("The time of your visit has come")


def visit_while_all_is_off(patient: Patient) -> None:
    link = patient.scene.booked()
    patient.scene.set_up(rebookings=False, cancellations=False)
    patient.open_visit(link)
    patient.reads("Right now the visit cannot be changed here")


def visit_that_staff_moved(patient: Patient) -> None:
    link = patient.scene.booked()
    patient.scene.moved_by_staff(link)
    patient.open_visit(link)
    patient.sees("Your visit")


def visit_that_leads_nowhere(patient: Patient) -> None:
    patient.open(f"{patient.scene.addresses.base}/t/{'A' * 22}")
    patient.sees("We find no visit here")


def times_to_move_to(patient: Patient) -> None:
    patient.open_visit(patient.scene.booked())
    patient.link("Move the visit").click()
    patient.sees("Choose another time")


def move_to_confirm(patient: Patient) -> None:
    patient.come_to_the_move(patient.scene.booked())


def moved(patient: Patient) -> None:
    move_to_confirm(patient)
    patient.press("Move the visit")
    patient.sees("Your visit is moved")


def move_open_for_hours(patient: Patient) -> None:
    move_to_confirm(patient)
    patient.scene.wait(hours=3)
    patient.press("Move the visit")
    patient.reads("The page was open for a long time. Please press once more if this is right.")


def move_to_a_taken_time(patient: Patient) -> None:
    link = patient.scene.booked()
    patient.come_to_the_move(link, 0)
    patient.scene.booked(patient.scene.next_free_with_the_same(link), by=ELIN)
    patient.press("Move the visit")
    patient.sees("Somebody else was faster")


def move_too_late(patient: Patient) -> None:
    move_to_confirm(patient)
    patient.scene.stand_at("2026-11-29T17:00")
    patient.page.reload()
    patient.sees("It is too late to change the visit here")


def moved_too_often(patient: Patient) -> None:
    link = patient.scene.booked()
    patient.scene.set_up(max_rebookings=0)
    patient.open(patient.scene.addresses.visit(link.token) + "/boka-om")
    patient.sees("The visit cannot be moved here again")


def changed_by_staff_meanwhile(patient: Patient) -> None:
    link = patient.scene.booked()
    patient.come_to_the_move(link)
    patient.scene.moved_by_staff(link)
    patient.press("Move the visit")
    patient.sees("Your visit has changed")


def cancellation_to_confirm(patient: Patient) -> None:
    patient.come_to_the_cancellation(patient.scene.booked())


def cancellation_with_too_long_a_comment(patient: Patient) -> None:
    cancellation_to_confirm(patient)
    patient.field("Comment to the clinic").fill("Ä" * 501)
    patient.press("Cancel the visit")
    patient.reads("Shorten the comment to 500 characters.")


def cancelled(patient: Patient) -> None:
    cancellation_to_confirm(patient)
    patient.press("Cancel the visit")
    patient.sees("Your visit is cancelled")


# By card


def card(patient: Patient) -> None:
    patient.open_card()
    patient.sees("Find your visit")


def card_that_is_wrong(patient: Patient) -> None:
    patient.show_card("19790914-2395", "ABCD-EFGH")
    patient.reads("We find no visit with that number and that code")


def visit_by_card(patient: Patient) -> None:
    code = patient.scene.recalled().code
    assert code is not None
    patient.show_card("19790914-2395", code.printed)
    patient.sees("Your visit")


def card_again_after_a_while(patient: Patient) -> None:
    visit_by_card(patient)
    patient.scene.wait(minutes=31)
    patient.page.reload()
    patient.sees("Find your visit")
    patient.reads("For your safety we ask for your number and code again after half an hour.")


VISIT: dict[str, State] = {
    state.__name__: state
    for state in (
        visit,
        visit_too_late_to_change,
        visit_that_has_begun,
        visit_while_all_is_off,
        visit_that_staff_moved,
        visit_that_leads_nowhere,
        times_to_move_to,
        move_to_confirm,
        moved,
        move_open_for_hours,
        move_to_a_taken_time,
        move_too_late,
        moved_too_often,
        changed_by_staff_meanwhile,
        cancellation_to_confirm,
        cancellation_with_too_long_a_comment,
        cancelled,
        card,
        card_that_is_wrong,
        visit_by_card,
        card_again_after_a_while,
    )
}

# What nobody wishes for


def no_answer(patient: Patient) -> None:
    patient.come_to_the_review()
    patient.scene.break_down(StoreUnavailable("down"))
    patient.press("Book the time")
    patient.sees("We cannot answer right now")


def a_mistake_of_ours(patient: Patient) -> None:
    patient.come_to_the_review()
    patient.scene.break_down(RuntimeError("nobody foresaw this"))
    patient.press("Book the time")
    patient.sees("Something went wrong with us")


def too_much_text(patient: Patient) -> None:
    details(patient)
    patient.field("Message to the clinic").fill("Ä" * 9000)
    patient.press("Go on")
    patient.sees("That was too much text")


def a_form_of_another_site(patient: Patient) -> None:
    address = f"{patient.scene.addresses.booking(CLINIC)}/undersokning?lang={patient.language}"
    patient.page.goto(patient.scene.form_of_another_site(address))
    patient.page.get_by_role("button", name="Gratis").click()
    patient.sees("The form was sent from another site")


TROUBLE: dict[str, State] = {
    state.__name__: state
    for state in (no_answer, a_mistake_of_ours, too_much_text, a_form_of_another_site)
}

BOOKING: dict[str, State] = {
    state.__name__: state
    for state in (
        types,
        booking_is_off,
        times,
        times_of_a_later_week,
        times_of_one_provider,
        no_such_times,
        times_with_one_kept,
        no_times_at_all,
        details,
        details_with_faults,
        details_no_longer_kept,
        review,
        receipt,
        receipt_of_a_repeat,
        taken_before_the_details,
        taken_at_the_end,
        times_after_the_details,
        refused,
        booked_already,
        times_open_for_hours,
        review_open_for_hours,
        tampered_with,
        unknown_page,
        unknown_clinic,
    )
}

ALL = BOOKING | VISIT | TROUBLE
