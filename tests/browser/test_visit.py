"""A visit by its link and by card: seen, moved, cancelled, and what may come in between."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from examples.demo.cast import ELIN, KARL
from examples.demo.weeks import CLINIC
from tests.browser.patient import DESKTOP, PHONE, Device, Patient
from tests.browser.scene import Scene

Window = Callable[..., Page]

devices = pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=lambda device: device.name)
languages = pytest.mark.parametrize("language", ["sv", "en"])
scripts = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])


@scripts
@languages
@devices
def test_a_visit_is_moved_and_then_cancelled(
    scene: Scene, open_window: Window, device: Device, language: str, script: bool
) -> None:
    patient = Patient(open_window(device, java_script_enabled=script), scene, language)
    link = scene.booked(language=language)
    before = scene.visit_behind(link.token.token)

    patient.come_to_the_move(link)
    patient.press("Move the visit")
    patient.sees("Your visit is moved")
    moved = scene.visit_behind(link.token.token)
    assert moved.span.start > before.span.start
    assert moved.is_moved_by_patient

    patient.link("Cancel the visit").click()
    patient.field("Comment to the clinic").fill("Förkyld. <b>Hör av er!</b>")
    patient.press("Cancel the visit")
    patient.sees("Your visit is cancelled")
    assert scene.visit_behind(link.token.token).is_cancelled
    assert [entry.comment for entry in scene.book.watch_list(CLINIC)] == [
        "Förkyld. <b>Hör av er!</b>"
    ]


@scripts
@languages
@devices
def test_a_card_opens_its_visit_which_is_then_moved(
    scene: Scene, open_window: Window, device: Device, language: str, script: bool
) -> None:
    patient = Patient(open_window(device, java_script_enabled=script), scene, language)
    recalled = scene.recalled()
    assert recalled.code is not None

    patient.show_card(KARL.identity_number, recalled.code.printed.lower().replace("-", " "))
    patient.sees("Your visit")
    patient.reads("Karl")
    patient.link("Move the visit").click()
    patient.times().last.click()
    patient.press("Move the visit")
    patient.sees("Your visit is moved")

    now = scene.book.desk.records.appointment(CLINIC, recalled.appointment.id)
    assert now.span != recalled.appointment.span


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def patient(scene: Scene, open_window: Window, request: pytest.FixtureRequest) -> Patient:
    """Somebody at a screen, with and without JavaScript."""
    return Patient(open_window(DESKTOP, java_script_enabled=request.param), scene)


def test_the_receipt_is_printed_with_its_link_and_nothing_to_press(patient: Patient) -> None:
    link = patient.book()
    to_press = patient.link("Add it to my calendar")
    expect(to_press).to_be_visible()

    patient.page.emulate_media(media="print")

    expect(to_press).to_be_hidden()
    expect(patient.on.get_by_role("banner")).to_have_count(0)
    expect(patient.on.get_by_text(link)).to_be_visible()


def test_the_receipt_leads_to_the_visit_also_out_of_a_frame(patient: Patient) -> None:
    page = patient.page
    page.goto(patient.scene.framed())
    framed = Patient(page, patient.scene, on=page.frame_locator("iframe"))
    framed.choose_check_up()
    framed.choose_time()
    framed.tell_who()
    framed.press("Book the time")
    framed.sees("Your time is booked")
    link = framed.receipt_link()
    framed.on.locator(".keep a").click()

    patient.sees("Your visit")
    assert page.url == f"{link}?lang=sv"


def test_pressed_twice_it_is_moved_once(patient: Patient) -> None:
    link = patient.scene.booked()
    patient.come_to_the_move(link)
    patient.button("Move the visit").dblclick()

    patient.sees("Your visit is moved")
    assert patient.scene.visit_behind(link.token.token).rebookings == 1


def test_pressed_twice_it_is_cancelled_once(patient: Patient) -> None:
    link = patient.scene.booked()
    patient.come_to_the_cancellation(link)
    patient.button("Cancel the visit").dblclick()

    patient.sees("Your visit is cancelled")
    assert len(list(patient.scene.book.watch_list(CLINIC))) == 1


def test_loading_again_and_going_back_after_a_move_moves_nothing_more(patient: Patient) -> None:
    link = patient.scene.booked()
    patient.come_to_the_move(link)
    patient.press("Move the visit")
    patient.sees("Your visit is moved")
    patient.page.reload()
    patient.sees("Your visit is moved")
    patient.page.go_back()
    patient.page.reload()

    assert patient.scene.visit_behind(link.token.token).rebookings == 1


def test_of_two_tabs_the_second_is_told_that_the_visit_has_changed(patient: Patient) -> None:
    link = patient.scene.booked()
    tab = Patient(patient.page.context.new_page(), patient.scene)
    patient.come_to_the_move(link, 1)
    tab.come_to_the_move(link, 2)
    patient.press("Move the visit")
    patient.sees("Your visit is moved")
    tab.press("Move the visit")

    tab.sees("Your visit has changed")
    assert patient.scene.visit_behind(link.token.token).rebookings == 1


def test_a_visit_that_was_cancelled_in_another_tab_stays_cancelled(patient: Patient) -> None:
    link = patient.scene.booked()
    patient.come_to_the_move(link)
    patient.scene.cancelled(link)
    patient.press("Move the visit")

    patient.sees("Your visit is cancelled")


def test_who_chooses_a_taken_time_keeps_the_old_one_and_chooses_again(patient: Patient) -> None:
    link = patient.scene.booked()
    patient.come_to_the_move(link, 0)
    patient.scene.booked(patient.scene.next_free_with_the_same(link), by=ELIN)
    patient.press("Move the visit")
    patient.sees("Somebody else was faster")
    assert patient.scene.visit_behind(link.token.token).rebookings == 0
    patient.times().first.click()
    patient.press("Move the visit")

    patient.sees("Your visit is moved")


def test_a_form_that_was_open_for_hours_is_pressed_once_more(patient: Patient) -> None:
    link = patient.scene.booked()
    patient.come_to_the_cancellation(link)
    patient.field("Comment to the clinic").fill("Förkyld")
    patient.scene.wait(hours=3)
    patient.press("Cancel the visit")
    patient.reads("The page was open for a long time. Please press once more if this is right.")
    expect(patient.field("Comment to the clinic")).to_have_value("Förkyld")
    assert not patient.scene.visit_behind(link.token.token).is_cancelled
    patient.press("Cancel the visit")

    patient.sees("Your visit is cancelled")


def test_past_the_limit_nothing_is_changed_by_a_page_that_was_open(patient: Patient) -> None:
    link = patient.scene.booked()
    patient.scene.stand_at("2026-11-29T15:59")
    patient.come_to_the_cancellation(link)
    patient.scene.stand_at("2026-11-29T16:00:01")
    patient.press("Cancel the visit")

    patient.sees("It is too late to change the visit here")
    assert not patient.scene.visit_behind(link.token.token).is_cancelled


def test_a_wrong_card_says_the_same_whatever_is_wrong(patient: Patient) -> None:
    recalled = patient.scene.recalled()
    assert recalled.code is not None
    said = set()
    for number, code in (
        (KARL.identity_number, "ABCD-EFGH"),
        (ELIN.identity_number, recalled.code.printed),
        ("not a number", "?"),
        ("", ""),
    ):
        patient.open_card()
        patient.on.locator("form").last.evaluate("form => form.noValidate = true")
        patient.field("Personal identity number").fill(number)
        patient.field("Code").fill(code)
        patient.press("Show my visit")
        expect(patient.page.get_by_role("alert")).to_be_focused()
        said.add(patient.page.get_by_role("main").inner_text())

    assert len(said) == 1


def test_the_calendar_file_is_offered_for_keeping(scene: Scene, open_window: Window) -> None:
    patient = Patient(open_window(DESKTOP), scene)
    patient.open_visit(scene.booked())
    with patient.page.expect_download() as kept:
        patient.link("Add it to my calendar").click()

    assert kept.value.suggested_filename == "kalender.ics"
    assert "BEGIN:VEVENT" in kept.value.path().read_text("utf-8")
