"""A new booking, from the clinic's address to the receipt, with all that may come in between."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from examples.demo.cast import ELIN
from tests.browser.looking import picture
from tests.browser.patient import DESKTOP, PHONE, Device, Patient
from tests.browser.scene import Scene
from tests.browser.states import times_after_the_details

Window = Callable[..., Page]

LAST_STEP = "Book the time"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=lambda device: device.name)
def test_a_visit_is_booked(
    scene: Scene, open_window: Window, device: Device, language: str, script: bool
) -> None:
    patient = Patient(open_window(device, java_script_enabled=script), scene, language)
    first = scene.first_free()

    link = patient.book()

    visit = scene.visit_behind(link)
    assert visit.placement == first.placement
    assert (visit.first_name, visit.language) == ("Kim", language)


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def patient(scene: Scene, open_window: Window, request: pytest.FixtureRequest) -> Patient:
    """Somebody at a screen, with and without JavaScript."""
    return Patient(open_window(DESKTOP, java_script_enabled=request.param), scene)


# Going back, pressing twice, coming again


def test_pressed_twice_it_is_booked_once(patient: Patient) -> None:
    patient.come_to_the_review()
    patient.button(LAST_STEP).dblclick()

    patient.sees("Your time is booked")
    assert len(patient.scene.booked_on_the_web()) == 1


def test_a_receipt_that_is_loaded_again_books_nothing_more(patient: Patient) -> None:
    patient.book()
    patient.page.reload()

    patient.sees("Your time is booked")
    assert len(patient.scene.booked_on_the_web()) == 1


def test_who_goes_back_from_the_receipt_and_confirms_again_has_one_visit(patient: Patient) -> None:
    patient.book()
    patient.page.go_back()
    patient.page.reload()  # the browser has kept nothing, and asks whether to send the form again
    patient.press(LAST_STEP)

    patient.sees("Your time is booked")
    assert len(patient.scene.booked_on_the_web()) == 1


def test_who_goes_back_to_the_times_may_choose_the_same_or_another(patient: Patient) -> None:
    patient.come_to_the_details()
    patient.page.go_back()
    patient.reads("Give it back")
    before = patient.times().all_inner_texts()
    patient.choose_time(1)
    patient.sees("Who is coming?")
    patient.page.go_back()

    assert patient.times().all_inner_texts() == before
    assert len(patient.scene.holds()) == 1


def test_a_kept_time_can_be_given_back(patient: Patient) -> None:
    patient.come_to_the_details()
    patient.press("Choose another time")

    patient.sees("Choose a time")
    assert patient.scene.holds() == []


def test_the_details_can_be_changed_before_all_is_confirmed(patient: Patient) -> None:
    patient.come_to_the_review()
    patient.press("Change the details")
    expect(patient.field("Last name")).to_have_value("Ek")
    patient.field("First name").fill("Kim Maria")
    patient.press("Go on")
    patient.press(LAST_STEP)

    patient.sees("Your time is booked")
    assert [visit.first_name for visit in patient.scene.booked_on_the_web()] == ["Kim Maria"]


def test_who_comes_too_late_looks_at_all_free_times_and_types_nothing_again(
    patient: Patient,
) -> None:
    times_after_the_details(patient)
    patient.field("When in the day").select_option("morning")
    patient.press("Show times")
    patient.way("Later times:").click()
    patient.reads("First free time")
    patient.choose_time(1)
    patient.sees("Is everything right?")
    patient.press(LAST_STEP)

    patient.sees("Your time is booked")
    assert "Kim" in {visit.first_name for visit in patient.scene.booked_on_the_web()}


# Two at once


def test_of_two_who_choose_one_time_the_second_is_shown_others(
    scene: Scene, open_window: Window
) -> None:
    one, other = (Patient(open_window(DESKTOP), scene) for _ in range(2))
    for each in (one, other):
        each.open_booking()
        each.choose_check_up()
        each.sees("Choose a time")
    one.choose_time()
    one.sees("Who is coming?")
    other.choose_time()

    other.sees("Somebody else was faster")
    assert other.times().count() == 5


def test_one_errand_in_two_tabs_is_one_visit(patient: Patient) -> None:
    patient.come_to_the_details()
    tab = Patient(patient.page.context.new_page(), patient.scene)
    tab.page.goto(patient.page.url)
    for each in (patient, tab):
        each.tell_who()
        each.sees("Is everything right?")
    for each in (patient, tab):
        each.press(LAST_STEP)
        each.sees("Your time is booked")

    assert len(patient.scene.booked_on_the_web()) == 1


def test_other_details_in_a_second_tab_change_nothing(patient: Patient) -> None:
    patient.come_to_the_review()
    tab = Patient(patient.page.context.new_page(), patient.scene)
    tab.open_booking()
    patient.press(LAST_STEP)
    patient.sees("Your time is booked")
    patient.page.go_back()
    patient.page.reload()
    patient.press("Change the details")
    patient.field("First name").fill("Någon Annan")
    patient.press("Go on")
    patient.press(LAST_STEP)

    patient.sees("You have booked this time already")
    assert [visit.first_name for visit in patient.scene.booked_on_the_web()] == ["Kim"]


# Time goes by


def test_a_time_that_is_kept_no_longer_is_booked_if_it_is_still_free(patient: Patient) -> None:
    patient.come_to_the_review()
    patient.scene.wait(minutes=20)
    patient.press(LAST_STEP)

    patient.sees("Your time is booked")


def test_who_is_too_late_chooses_another_time_and_types_nothing_anew(patient: Patient) -> None:
    patient.come_to_the_review()
    patient.scene.wait(minutes=20)
    patient.scene.booked(by=ELIN)
    patient.press(LAST_STEP)
    patient.sees("Somebody else was faster")
    patient.times().first.click()
    patient.sees("Is everything right?")
    patient.reads("19920101-2383")
    patient.press(LAST_STEP)

    patient.sees("Your time is booked")
    assert sorted(visit.first_name for visit in patient.scene.booked_on_the_web()) == [
        "Elin",
        "Kim",
    ]


def test_a_page_that_was_open_for_hours_is_shown_once_more_and_then_books(
    patient: Patient,
) -> None:
    patient.come_to_the_review()
    patient.scene.wait(hours=3)
    patient.press(LAST_STEP)
    patient.reads("The page was open for a long time. Please press once more if this is right.")
    patient.reads("19920101-2383")
    assert patient.scene.booked_on_the_web() == []
    patient.press(LAST_STEP)

    patient.sees("Your time is booked")


# What is wrong is said


def test_faults_are_read_first_and_lead_to_their_fields(patient: Patient) -> None:
    patient.come_to_the_details()
    patient.field("First name").fill("Kim")
    patient.press("Go on")

    expect(patient.page.get_by_role("alert")).to_be_focused()
    expect(patient.page).to_have_title(
        f"{patient.word('Wrong:')} Dina uppgifter – Tandvården vid Ån"
    )
    expect(patient.field("First name")).to_have_value("Kim")
    patient.link("Write your mobile number.").click()
    expect(patient.field("Mobile number")).to_be_focused()
    assert patient.field("Mobile number").get_attribute("aria-invalid") == "true"


def test_hostile_text_comes_back_as_text(patient: Patient) -> None:
    hostile = "<script>document.title='x'</script>\"'&lt;"
    patient.come_to_the_details()
    for label in ("First name", "Last name", "E-mail", "Message to the clinic"):
        patient.field(label).fill(hostile)
    patient.press("Go on")

    for label in ("First name", "Last name", "E-mail", "Message to the clinic"):
        expect(patient.field(label)).to_have_value(hostile)


# In another language, and within another site


def test_the_language_can_be_changed_on_the_way(patient: Patient) -> None:
    patient.open_booking()
    patient.choose_check_up()
    patient.page.get_by_role("link", name="English").click()
    patient.language = "en"
    patient.choose_time()
    patient.page.get_by_role("link", name="Svenska").click()
    patient.language = "sv"
    patient.tell_who()
    patient.press(LAST_STEP)

    patient.sees("Your time is booked")


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=lambda device: device.name)
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_visit_is_booked_in_a_frame_of_the_clinics_own_site(
    scene: Scene, open_window: Window, device: Device, script: bool
) -> None:
    page = open_window(device, java_script_enabled=script)
    page.goto(scene.framed())
    patient = Patient(page, scene, on=page.frame_locator("iframe"))
    patient.choose_check_up()
    patient.sees("Choose a time")
    page.screenshot(path=picture(f"framed-{device.name}"), full_page=True)
    patient.choose_time()
    patient.tell_who()
    patient.press(LAST_STEP)
    patient.sees("Your time is booked")

    assert len(scene.booked_on_the_web()) == 1
    assert page.url == scene.framed()


def test_a_site_that_is_not_the_clinics_frames_nothing(scene: Scene, open_window: Window) -> None:
    scene.set_up(frame_ancestors=("https://www.clinic.example.com",))
    page = open_window(DESKTOP)
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.goto(scene.framed())

    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_have_count(0)
