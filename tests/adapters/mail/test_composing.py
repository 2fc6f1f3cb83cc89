from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.mail.mails import SENDER, ReadMail, mail_telling
from tests.adapters.texts.tellings import KINDS, SOLBACKEN
from webtidbok.adapters.mail.composing import as_header, composed
from webtidbok.adapters.mail.layout import html, plain
from webtidbok.adapters.texts.letter import letter_of
from webtidbok.errors import InvalidValue
from webtidbok.model.instants import MINUTE
from webtidbok.model.message import MessageKind
from webtidbok.testing.builders import NOW, a_clinic, a_placement
from webtidbok.testing.strategies import names

#: Values that get headers of their own into a mail of Python's, or cut its head short.
HOSTILE = {
    "newline": "Hej\nBcc: all@x.test",
    "crlf": "Hej\r\nBcc: all@x.test",
    "newline at the end": "Hej\n",
    "carriage return": "Hej\rBcc: all@x.test",
    "encoded newline": "Hej =?UTF-8?Q?=0A?=Bcc: all@x.test",
    "encoded crlf": "Hej =?utf-8?q?=0D=0ABcc=3A_all=40x=2Etest?=",
    "line separator": "Hej\u2028Bcc: all@x.test",
    "next line": "Hej\u0085Bcc: all@x.test",
    "null": "Hej\0Bcc: all@x.test",
    "surrogate": "Hej \ud800",
}
hostile = pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())

HEADERS = {
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
}


def mailed(kind: MessageKind = MessageKind.CONFIRMATION, **changes: Any) -> ReadMail:
    return ReadMail(composed(mail_telling(kind, **changes), sender=SENDER).as_bytes())


def test_a_mail_comes_from_the_clinic_and_is_answered_there() -> None:
    mail = mailed().mail

    assert mail["From"] == "Solbackens Tandklinik <boka@tid.example.com>"
    assert mail["To"] == "test@example.com"
    assert mail["Reply-To"] == "info@example.com"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "sv"
    assert parsedate_to_datetime(mail["Date"]) == NOW


def test_the_subject_tells_the_time_and_no_name() -> None:
    assert mailed().mail["Subject"] == "Din tid måndag 7 december kl. 09.00 är bokad"
    assert (
        mailed(MessageKind.RECALL, language="en").mail["Subject"]
        == "We have booked a visit for you on Monday 7 December at 09:00"
    )


def test_a_clinic_without_mail_is_not_answered() -> None:
    assert mailed(clinic=a_clinic()).mail["Reply-To"] is None


def test_the_three_forms_come_back_as_they_were() -> None:
    for kind, language in product(KINDS, ("sv", "en")):
        read = mailed(kind, language=language)
        letter = letter_of(mail_telling(kind, language=language))

        assert read.text == plain(letter)
        assert read.html == html(letter)
        assert read.mail.get_content_type() == "multipart/alternative"


def test_the_calendar_form_names_its_method_twice() -> None:
    for kind in KINDS:
        method = "CANCEL" if kind is MessageKind.CANCELLED else "REQUEST"
        read = mailed(kind)

        assert read.calendar["method"] == method
        assert read.form("text/calendar").get_param("method") == method
        assert read.event.start == a_placement().span.start


def test_a_visit_is_one_in_the_calendar_through_all_its_mails() -> None:
    kinds = (MessageKind.CONFIRMATION, MessageKind.MOVED, MessageKind.CANCELLED)
    events = [mailed(kind, id=f"m{n}", sequence=n).event for n, kind in enumerate(kinds, 1)]

    assert len({event.uid for event in events}) == 1
    assert [event.sequence for event in events] == [1, 2, 3]


def test_a_repeat_has_the_same_id_and_no_other_message_has_it() -> None:
    first, again, other = mailed(id="m1"), mailed(id="m1"), mailed(id="m2")

    assert first.mail["Message-ID"] == again.mail["Message-ID"]
    assert first.mail["Message-ID"] != other.mail["Message-ID"]
    assert first.mail["Message-ID"].endswith("@tid.example.com>")
    assert [first.text, first.html] == [again.text, again.html]


@hostile
def test_no_name_of_a_clinic_makes_a_header(value: str) -> None:
    hostile = a_clinic(name=value, address=value, phone=value)
    read = mailed(clinic=hostile) if "\ud800" not in value else None
    if read is None:
        with pytest.raises(UnicodeEncodeError):
            mailed(clinic=hostile)
        return

    assert set(read.mail.keys()) == HEADERS - {"Reply-To"}
    assert b"\nBcc" not in read.head.replace(b"\r", b"\n")


@hostile
def test_no_address_makes_a_header(value: str) -> None:
    for address in (value, f"{value} <b@x.test>", f"b@x.test{value}"):
        with pytest.raises(InvalidValue, match="email") as caught:
            mailed(address=address)
        assert address not in str(caught.value)


@hostile
def test_no_address_of_a_clinic_makes_a_header(value: str) -> None:
    with pytest.raises(InvalidValue, match="email"):
        mailed(clinic=a_clinic(email=value))


@hostile
def test_a_text_in_a_header_is_one_line_without_encoded_words(value: str) -> None:
    assert as_header(value).isprintable()
    assert "=?" not in as_header(value)


@given(
    name=names() | st.sampled_from(list(HOSTILE.values())[:-1]) | st.text("=?\n \rBc:", max_size=9)
)
def test_a_mail_has_its_own_headers_whatever_the_clinic_is_called(name: str) -> None:
    read = mailed(clinic=a_clinic(name=name, email=SOLBACKEN.email))

    assert set(read.mail.keys()) == HEADERS
    assert read.mail["To"] == "test@example.com"
    assert [str(a.addr_spec) for a in read.mail["From"].addresses] == [SENDER.address]


@given(minutes=st.integers(0, 500_000))
def test_mails_are_of_lines_that_every_server_takes(minutes: int) -> None:
    written: datetime = NOW - minutes * MINUTE
    raw = mailed(written_at=written).raw

    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert raw.isascii()
