"""From a booking to a receiver: the dispatcher, an outbox on SQLite, real servers (R35, R36).

Whatever the servers do, no message is lost, those of a visit come in order, and a repeat can be
told by its id.
"""

import logging
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.adapters.mail.mails import SENDER
from tests.adapters.mail.smtp_server import Mailbox, mail_server
from tests.adapters.servers import nobody, silence
from tests.adapters.sms.sms_server import Provider, sms_server
from tests.adapters.texts.tellings import ADDRESSES, CATALOGUES
from tests.services.scenes import LINDEN, booked, details, engine_of, linden, link_to, new_store
from tests.strategies import FEW
from webtidbok.adapters.mail.composing import message_id
from webtidbok.adapters.mail.settings import MailServer, Security
from webtidbok.adapters.mail.smtp import SmtpMessenger
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.adapters.sms.http import HttpSms
from webtidbok.adapters.sms.settings import Header, SenderId, SmsGateway
from webtidbok.adapters.sql.outbox import SqlOutbox
from webtidbok.adapters.texts.telling import Teller
from webtidbok.model.codes import LinkToken
from webtidbok.model.instants import MINUTE
from webtidbok.model.message import Channel, Message, MessageState
from webtidbok.ports.messenger import Messenger, Outgoing
from webtidbok.ports.outbox import Delivery
from webtidbok.services.access import ByLink
from webtidbok.services.desk import Desk
from webtidbok.services.dispatching import Dispatched, dispatch_once
from webtidbok.services.outcomes import Cancelled, Moved
from webtidbok.services.showing import Shown
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import NOW, at
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.randomness import CountedRandomness

TELLER = Teller(catalogues=CATALOGUES, addresses=ADDRESSES)
KEY = "the key of the provider"


@attrs.frozen
class House:
    """A book on SQLite, and its outbox."""

    book: WebBook
    outbox: SqlOutbox
    clock: StandingClock

    def dispatch(self, **messengers: Messenger) -> Dispatched:
        channels = {Channel[name.upper()]: each for name, each in messengers.items()}
        return dispatch_once(self.book.desk, self.outbox, channels)

    def deliveries(self) -> list[Delivery]:
        return list(self.outbox.deliveries(LINDEN))

    def states(self) -> set[MessageState]:
        return {each.message.state for each in self.deliveries()}


@contextmanager
def house(folder: Path) -> Iterator[House]:
    store = new_store("sqlite", folder)
    assert not isinstance(store, MemoryStore)
    clock = StandingClock(NOW)
    desk = Desk(store=store, records=store, clock=clock, randomness=CountedRandomness())
    book = WebBook(desk)
    book.add_clinic(linden(email="linden@example.com"))
    try:
        yield House(book, SqlOutbox.from_engine(engine_of(store)), clock)
    finally:
        engine_of(store).dispose()


@pytest.fixture
def linden_house(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as opened:
        yield opened


def by_mail(port: int, **settings: Any) -> SmtpMessenger:
    server = MailServer(
        host="127.0.0.1", port=port, sender=SENDER, security=Security.NONE, **settings
    )
    return SmtpMessenger(server, TELLER)


@contextmanager
def by_sms(address: str, **settings: Any) -> Iterator[HttpSms]:
    gateway = SmsGateway(
        address=address,
        sender=SenderId("Linden"),
        reference_field="reference",
        login=Header("X-Api-Key", KEY),
        **settings,
    )
    with httpx2.Client(timeout=gateway.timeout_seconds, trust_env=False) as client:
        yield HttpSms(gateway, TELLER, client=client)


def test_a_visit_is_told_by_mail_and_sms_from_its_booking_to_its_end(linden_house: House) -> None:
    mailbox, provider = Mailbox(), Provider()
    with (
        mail_server(mailbox) as port,
        sms_server(provider) as address,
        by_sms(address) as sms,
    ):
        answer = booked(linden_house.book)
        assert linden_house.dispatch(email=by_mail(port), sms=sms) == Dispatched(sent=2)
        assert isinstance(linden_house.book.rebook(link_to(answer), at("10:00")), Moved)
        assert linden_house.dispatch(email=by_mail(port), sms=sms) == Dispatched(sent=2)
        assert isinstance(linden_house.book.cancel(link_to(answer)), Cancelled)
        assert linden_house.dispatch(email=by_mail(port), sms=sms) == Dispatched(sent=2)

    events = [mail.event for mail in mailbox.mails]
    assert [event.start for event in events] == [at("09:00"), at("10:00"), at("10:00")]
    assert len({event.uid for event in events}) == 1
    assert [event["status"] for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [event.sequence for event in events] == [1, 2, 3]
    assert [str(posted.fields["message"]).splitlines()[0] for posted in provider.posted] == [
        "Linden: din tid är bokad mån 7 dec kl. 09.00.",
        "Linden: din tid är ombokad till mån 7 dec kl. 10.00.",
        "Linden: din tid mån 7 dec kl. 10.00 är avbokad.",
    ]


def test_the_links_that_arrive_open_the_visit(linden_house: House) -> None:
    mailbox, provider = Mailbox(), Provider()
    with (
        mail_server(mailbox) as port,
        sms_server(provider) as address,
        by_sms(address) as sms,
    ):
        booked(linden_house.book)
        linden_house.dispatch(email=by_mail(port), sms=sms)

    (mail,), (posted,) = mailbox.mails, provider.posted
    for text in (mail.text, str(posted.fields["message"])):
        (link,) = (word for word in text.split() if word.startswith(ADDRESSES.base))
        assert isinstance(linden_house.book.show(ByLink(LinkToken.parse(link))), Shown)


# Servers that are down, slow, or go away


def test_a_server_that_is_down_delays_and_loses_nothing(linden_house: House) -> None:
    booked(linden_house.book)
    with nobody() as port, by_sms(f"http://127.0.0.1:{port}/sms") as sms:
        assert linden_house.dispatch(email=by_mail(port), sms=sms) == Dispatched(put_back=1)
    with silence() as port, by_sms(f"http://127.0.0.1:{port}/", timeout_seconds=0.2) as sms:
        linden_house.clock.move(MINUTE)
        assert linden_house.dispatch(email=by_mail(port), sms=sms) == Dispatched(put_back=1)
    first, behind = linden_house.deliveries()
    assert (first.tries, first.error, behind.tries) == (2, "ReadTimeout", 0)

    mailbox, provider = Mailbox(), Provider()
    with mail_server(mailbox) as port, sms_server(provider) as address, by_sms(address) as sms:
        linden_house.clock.move(5 * MINUTE)
        assert linden_house.dispatch(email=by_mail(port), sms=sms) == Dispatched(sent=2)
    assert (len(mailbox.mails), len(provider.posted)) == (1, 1)


def test_a_mail_server_that_hangs_delays_and_loses_nothing(linden_house: House) -> None:
    booked(linden_house.book, details=details(accepts_sms=False))
    with silence() as port:
        hanging = by_mail(port, timeout_seconds=0.2)
        assert linden_house.dispatch(email=hanging) == Dispatched(put_back=1)

    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        linden_house.clock.move(MINUTE)
        assert linden_house.dispatch(email=by_mail(port)) == Dispatched(sent=1)
    assert len(mailbox.mails) == 1


def test_a_refused_receiver_is_parked_and_stops_nobody(linden_house: House) -> None:
    booked(linden_house.book, details=details(accepts_sms=False))
    booked(linden_house.book, "10:00", 2, details=details(2, accepts_sms=False))
    mailbox = Mailbox(at_receiver=lambda to: "550 no" if to.startswith("test1@") else "250 OK")
    with mail_server(mailbox) as port:
        done = linden_house.dispatch(email=by_mail(port))

    assert done == Dispatched(sent=1, parked=1)
    (parked,) = linden_house.outbox.deliveries(LINDEN, MessageState.PARKED)
    assert (parked.error, parked.message.token) == ("smtp-550", "")
    assert len(mailbox.mails) == 1


#: What servers do to one message after the other; None cuts the connection when all is said.
mail_fates = st.lists(st.sampled_from(["250 OK", "451 later", "554 spam", None]), max_size=9)
sms_fates = st.lists(st.sampled_from([200, 429, 503, 400, None]), max_size=9)

#: What a message ends as, by the last answer that it got.
ENDS = {
    "250 OK": MessageState.SENT,
    "554 spam": MessageState.PARKED,
    200: MessageState.SENT,
    400: MessageState.PARKED,
}


@attrs.frozen
class Servers:
    """Two servers with fates to come, and what they were handed: each time its id, and the fate."""

    of_mails: Iterator[str | None]
    of_sms: Iterator[int | None]
    handed: list[tuple[str, object]] = attrs.field(factory=list)
    mailbox: Mailbox = attrs.field(factory=Mailbox)

    def at_mail(self, _: str) -> str | None:
        fate = next(self.of_mails, "250 OK")
        self.handed.append((self.mailbox.mails[-1].mail["Message-ID"], fate))
        return fate

    def at_sms(self, fields: dict[str, object]) -> int | None:
        fate = next(self.of_sms, 200)
        self.handed.append((str(fields["reference"]), fate))
        return fate

    def fates_of(self, message: Message) -> list[object]:
        return [fate for id_, fate in self.handed if id_ == id_at_server(message)]


def id_at_server(message: Message) -> str:
    key = f"{message.clinic}/{message.id}"
    return message_id(key, SENDER) if message.channel is Channel.EMAIL else key


@settings(FEW, deadline=None)
@given(of_mails=mail_fates, of_sms=sms_fates)
def test_whatever_servers_do_nothing_is_lost_and_order_is_kept(
    of_mails: list[str | None], of_sms: list[int | None]
) -> None:
    servers = Servers(iter(of_mails), iter(of_sms))
    servers.mailbox.at_mail = servers.at_mail
    with (
        TemporaryDirectory() as folder,
        house(Path(folder)) as there,
        mail_server(servers.mailbox) as port,
        sms_server(Provider(servers.at_sms)) as address,
        by_sms(address) as sms,
    ):
        answer = booked(there.book)
        booked(there.book, "13:00", 2)
        there.dispatch(email=by_mail(port), sms=sms)
        assert isinstance(there.book.rebook(link_to(answer), at("10:00")), Moved)
        while MessageState.UNSENT in there.states():
            there.clock.move(60 * MINUTE)
            there.dispatch(email=by_mail(port), sms=sms)
        deliveries = there.deliveries()

    for delivery in deliveries:
        fates = servers.fates_of(delivery.message)
        assert len(fates) == delivery.tries
        if delivery.message.state is not MessageState.VOID:
            assert ENDS[fates[-1]] is delivery.message.state
    for visit in {delivery.message.appointment for delivery in deliveries}:
        written = [d for d in deliveries if d.message.appointment == visit and d.tries]
        ids = [id_at_server(delivery.message) for delivery in written]
        came = [id_ for id_, _ in servers.handed if id_ in ids]
        assert [id_ for id_, _ in groupby(came)] == ids


# Nobody shows


def test_nobody_shows_in_logs_errors_and_warnings(
    linden_house: House, caplog: pytest.LogCaptureFixture
) -> None:
    who = details(1, first_name="Kanariefågel", last_name="Gulsson")
    canaries = {who.identity_number.digits, who.mobile.e164, "174060", "test1@", "Kanarie", KEY}
    mailbox = Mailbox(at_receiver=lambda to: f"451 <{to}> is busy, says {to}")
    provider = Provider(lambda _: 500)
    said: list[str] = []
    caplog.set_level(logging.DEBUG)
    with (
        warnings.catch_warnings(record=True) as warned,
        mail_server(mailbox) as port,
        sms_server(provider) as address,
        by_sms(address) as sms,
    ):
        warnings.simplefilter("always")
        booked(linden_house.book, details=who)
        told = _Listening(said)
        channels = {"email": by_mail(port), "sms": sms}
        linden_house.dispatch(**{name: told.to(each) for name, each in channels.items()})
        provider.fate = lambda _: 200
        linden_house.clock.move(MINUTE)
        linden_house.dispatch(**{name: told.to(each) for name, each in channels.items()})
        canaries |= {each.message.token for each in linden_house.deliveries()} - {""}

    assert len(said) == 2
    ours = [record for record in caplog.records if record.name != "mail.log"]  # the server's own
    assert any(record.name.startswith("httpc") for record in ours)
    shown = "\n".join(
        [
            *(record.getMessage() for record in ours),
            *(str(each.message) for each in warned),
            *said,
            repr(linden_house.deliveries()),
            repr([by_mail(1), sms]),
        ]
    )
    for canary in canaries:
        assert canary not in shown


@attrs.frozen
class _Listening:
    """Notes the whole of what a messenger raises."""

    said: list[str]

    def to(self, messenger: Messenger) -> Messenger:
        said = self.said

        class Heard(Messenger):
            def send(self, outgoing: Outgoing) -> None:
                try:
                    messenger.send(outgoing)
                except Exception as error:
                    said.append("".join(traceback.format_exception(error)))
                    raise

        return Heard()
