from datetime import UTC, datetime

import attrs
import pytest
from hypothesis import given
from icalendar import Calendar, Event

from tests.adapters.outgoing import outgoing
from webtidbok.adapters.texts.calendar_file import message_file, visit_file
from webtidbok.adapters.texts.message_catalogues import message_catalogues
from webtidbok.model.contact import EmailAddress
from webtidbok.model.ids import ClinicId
from webtidbok.model.instants import MINUTE
from webtidbok.model.message import Channel, MessageKind
from webtidbok.model.timespan import TimeSpan
from webtidbok.testing.builders import NOW, a_clinic, a_placement, an_appointment
from webtidbok.testing.strategies import names

SENDER = EmailAddress("boka@example.com")
WORDS = message_catalogues()
SWEDISH = WORDS.of("sv")

CLINIC = a_clinic(name="Tandvården vid Ån", address="Åpromenaden 4, Provstad")


def calendar(file: bytes) -> Calendar:
    read = Calendar.from_ical(file)
    assert isinstance(read, Calendar)
    return read


def event(file: bytes) -> Event:
    (found,) = calendar(file).events
    return found


def mailed(kind: MessageKind = MessageKind.CONFIRMATION, sequence: int = 1) -> bytes:
    sent = outgoing(channel=Channel.EMAIL, address="anna@example.com", kind=kind, sequence=sequence)
    return message_file(attrs.evolve(sent, clinic=CLINIC), SWEDISH, sender=SENDER)


def test_a_visit_is_taken_home_with_its_time_in_utc() -> None:
    file = visit_file(an_appointment("a1", "09:00", "09:45"), CLINIC, SWEDISH, now=NOW)

    assert b"DTSTART:20261207T080000Z\r\nDTEND:20261207T084500Z\r\n" in file
    visit = event(file)
    assert calendar(file)["method"] == "PUBLISH"
    assert visit.summary == "Besök hos Tandvården vid Ån"
    assert visit["location"] == "Tandvården vid Ån, Åpromenaden 4, Provstad"
    assert visit["description"] == "Om du får förhinder, ring oss på +4681234567."
    assert (visit["status"], visit.sequence, visit.stamp) == ("CONFIRMED", 1, NOW)


def test_the_file_is_in_the_language_of_the_patient() -> None:
    file = visit_file(an_appointment(), CLINIC, WORDS.of("en"), now=NOW)

    assert event(file).summary == "Visit to Tandvården vid Ån"


def test_a_visit_keeps_its_name_while_its_number_rises() -> None:
    booked = an_appointment("a1")
    moved = booked.changed(placement=a_placement("13:00", "13:30"))
    first, second = (event(visit_file(v, CLINIC, SWEDISH, now=NOW)) for v in (booked, moved))

    assert first.uid == second.uid
    assert first.sequence < second.sequence
    assert event(mailed()).uid == first.uid


def test_visits_have_names_of_their_own_that_tell_nothing() -> None:
    visits = [
        an_appointment("a1"),
        an_appointment("a2"),
        an_appointment("a1", clinic=ClinicId("other")),
    ]
    names = {event(visit_file(each, CLINIC, SWEDISH, now=NOW)).uid for each in visits}

    assert len(names) == 3
    assert not any("a1" in name or "test-clinic" in name for name in names)


def test_a_mail_asks_the_calendar_to_keep_the_visit_and_nobody_to_answer() -> None:
    file = mailed()

    assert calendar(file)["method"] == "REQUEST"
    visit = event(file)
    assert visit["status"] == "CONFIRMED"
    assert str(visit["organizer"]) == "mailto:boka@example.com"
    assert visit["organizer"].params["CN"] == "Tandvården vid Ån"
    assert str(visit["attendee"]) == "mailto:anna@example.com"
    assert visit["attendee"].params["RSVP"] == "FALSE"


def test_a_cancelled_visit_is_taken_out_of_the_calendar() -> None:
    file = mailed(MessageKind.CANCELLED, sequence=3)

    assert calendar(file)["method"] == "CANCEL"
    assert event(file)["status"] == "CANCELLED"
    assert event(file).sequence == 3
    assert event(file).uid == event(mailed()).uid


def test_a_page_shows_a_cancelled_visit_as_cancelled() -> None:
    gone = an_appointment().changed(cancelled_at=NOW)

    assert event(visit_file(gone, CLINIC, SWEDISH, now=NOW))["status"] == "CANCELLED"


def test_the_file_tells_neither_what_the_visit_is_for_nor_the_way_to_it() -> None:
    visit = an_appointment(
        treatment="Rotfyllning", note="Rädd", booking_text="Ont", first_name="Alma"
    )
    sent = attrs.evolve(outgoing(channel=Channel.EMAIL), appointment=visit)
    files = visit_file(visit, CLINIC, SWEDISH, now=NOW) + message_file(sent, SWEDISH, sender=SENDER)

    for secret in ("Rotfyllning", "Rädd", "Ont", "Alma", "check-up", sent.message.token):
        assert secret.encode() not in files


@pytest.mark.parametrize("sequence", [1, 2])
def test_the_same_message_gives_the_same_file(sequence: int) -> None:
    assert mailed(sequence=sequence) == mailed(sequence=sequence)


def test_the_night_when_clocks_are_set_back_keeps_both_hours_apart() -> None:
    starts = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    visits = [an_appointment(span=TimeSpan(start, start + 30 * MINUTE)) for start in starts]

    assert [event(visit_file(v, CLINIC, SWEDISH, now=NOW)).start for v in visits] == starts


@given(name=names())
def test_any_name_of_a_clinic_comes_back_as_it_was(name: str) -> None:
    clinic = a_clinic(name=name, address=name)
    sent = attrs.evolve(outgoing(channel=Channel.EMAIL, address="anna@example.com"), clinic=clinic)
    visit = event(message_file(sent, SWEDISH, sender=SENDER))

    assert visit.summary == f"Besök hos {name}"
    assert visit["location"] == f"{name}, {name}"
    assert set(visit) == set(event(mailed()))
