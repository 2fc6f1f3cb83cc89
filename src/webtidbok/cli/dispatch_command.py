"""The command that sends what is in the outbox: once, or until it is told to stop."""

import json
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from types import FrameType

import attrs
import click

from webtidbok.adapters.console import ConsoleMessenger
from webtidbok.adapters.mailbox_file import MailboxFile
from webtidbok.cli.faults import Status
from webtidbok.cli.forms import Given
from webtidbok.cli.local_time import clock_at
from webtidbok.cli.messengers import messengers_in
from webtidbok.cli.opening import Installation, addresses_given, opened
from webtidbok.cli.options import clinic_option, command
from webtidbok.cli.speaking import Speaker
from webtidbok.errors import Fault, StoreUnavailable, TemporaryFailure
from webtidbok.model.message import Channel
from webtidbok.ports.messenger import Messenger
from webtidbok.services.desk import Desk
from webtidbok.services.dispatching import Dispatched, dispatch_once

_SIGNALS = (signal.SIGTERM, signal.SIGINT)

#: How long a signal may go unnoticed while there is nothing to do.
_NAP_SECONDS = 0.1


@command("dispatch")
@click.option(
    "--messengers", "settings", metavar="FILE", help="Mail server and SMS provider (TOML)."
)
@click.option(
    "--to-file", "path", metavar="FILE", help="Messages go there, with links; else one line each."
)
@click.option("--stay", is_flag=True, help="Go on until SIGTERM or Ctrl-C.")
@click.option(
    "--every",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="How often to look, with --stay.",
)
@clinic_option
def dispatch(
    speaker: Speaker,
    *,
    database: str,
    clinic_id: str | None,
    settings: str | None,
    path: str | None,
    stay: bool,
    every: int,
    now: str | None,
) -> Status:
    """Send the messages that are due, by the mail server and the SMS provider of a file.

    Without that file they go to another file, or to this terminal: for trying out, for they reach
    nobody and are sent as far as the database knows. Every clinic's are, unless one is chosen. A
    signal stops it after the message in hand.
    """
    given = Given()
    moment = given.now(now)
    mailbox = None if path is None else given.take("to-file", partial(_mailbox, path), None)
    real = None if settings is None else given.take("messengers", partial(_real, settings), None)
    if settings is not None and path is not None:
        given.faults.append(Fault("to-file", "--to-file", "cannot be given with --messengers"))
    if stay and now is not None:
        given.faults.append(Fault("now", "--now", "cannot be given with --stay"))
    given.finish()
    with opened(database) as installation, _stopping() as stopping:
        desk = installation.web_book().desk
        if moment is not None:
            zone = installation.clinic(clinic_id).time_zone
            desk = attrs.evolve(desk, clock=clock_at(moment, zone))
        messengers = real or dict.fromkeys(Channel, mailbox or _terminal(speaker, stopping))
        once = _passes(installation, desk, clinic_id, stopping, messengers)
        if stay:
            _stay(speaker, once, every, stopping)
        else:
            _tell(speaker, once())
    return Status.DONE


@attrs.define
class _Stopping:
    """Whether somebody wants the run to end."""

    asked: bool = False

    def __call__(self) -> bool:
        return self.asked


@contextmanager
def _stopping() -> Iterator[_Stopping]:
    """Let the first signal ask for an end, and the second one end the run at once."""
    stopping = _Stopping()
    before = {each: signal.getsignal(each) for each in _SIGNALS}

    def ask(number: int, _: FrameType | None) -> None:
        stopping.asked = True
        signal.signal(number, signal.SIG_DFL)

    try:
        for each in _SIGNALS:
            signal.signal(each, ask)
        yield stopping
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _mailbox(path: str) -> MailboxFile:
    """Return the file that messages go to.

    Raises:
        ValueError: nothing can be written there.
    """
    mailbox = MailboxFile(path)
    try:
        mailbox.make()
    except OSError as error:
        raise ValueError(f"cannot be written: {error.strerror}") from None
    return mailbox


def _real(path: str) -> Mapping[Channel, Messenger]:
    return messengers_in(path, addresses_given())


def _terminal(speaker: Speaker, stopping: _Stopping) -> ConsoleMessenger:
    return ConsoleMessenger(partial(_show, speaker, stopping), as_json=speaker.as_json)


def _passes(
    installation: Installation,
    desk: Desk,
    clinic_id: str | None,
    stopping: _Stopping,
    messengers: Mapping[Channel, Messenger],
) -> Callable[[], Dispatched]:
    """Return what makes one pass over the outbox."""
    return partial(
        dispatch_once,
        desk,
        installation.outbox,
        messengers,
        clinics=None if clinic_id is None else [installation.clinic(clinic_id).id],
        is_stopping=stopping,
    )


def _show(speaker: Speaker, stopping: _Stopping, line: str) -> None:
    """Write a line; when nobody reads any more, the message waits and the run ends."""
    try:
        speaker.line(line)
        sys.stdout.flush()
    except BrokenPipeError as error:
        stopping.asked = True
        raise TemporaryFailure.of(error) from None


def _stay(
    speaker: Speaker, once: Callable[[], Dispatched], every: int, stopping: _Stopping
) -> None:
    """Make a pass every so many seconds; what could not be read this time may be next time."""
    while not stopping():
        began = time.monotonic()
        try:
            done = once()
        except StoreUnavailable:
            speaker.warn("webtidbok: the store gave no answer; it is asked again")
        else:
            if done != Dispatched():
                _tell(speaker, done)
        while not stopping() and time.monotonic() < began + every:
            time.sleep(_NAP_SECONDS)


def _tell(speaker: Speaker, done: Dispatched) -> None:
    counts = attrs.asdict(done)
    if speaker.as_json:
        speaker.line(json.dumps({"outcome": "dispatched", **counts}))
    else:
        speaker.line(
            ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items())
        )
    sys.stdout.flush()
