"""What patients do on the web, from a terminal: see free times, book, look, move, cancel."""

from datetime import datetime

import attrs
import click

from webtidbok.adapters.files.forms import instant_of
from webtidbok.cli.answers import Json, shown_json, slot_json, staff_reasons
from webtidbok.cli.faults import Status
from webtidbok.cli.forms import Given
from webtidbok.cli.local_time import clock_at
from webtidbok.cli.opening import Installation, opened
from webtidbok.cli.options import (
    clinic_option,
    command,
    from_option,
    link_option,
    revision_option,
    start_option,
    to_option,
    type_option,
)
from webtidbok.cli.replies import NOT_FOUND, Reply, reply_json, reply_to
from webtidbok.cli.speaking import Speaker
from webtidbok.cli.tables import reply_shown, slots_table, visit_shown
from webtidbok.model.clinic import Clinic
from webtidbok.model.codes import LinkToken
from webtidbok.model.event import WayIn
from webtidbok.model.ids import ProviderId, RequestKey, TypeId
from webtidbok.services.access import ByLink
from webtidbok.services.booking import Booking
from webtidbok.services.details import parse_message
from webtidbok.services.searching import Found, Wishes
from webtidbok.services.showing import Shown
from webtidbok.services.web_book import WebBook


@command("slots")
@type_option
@from_option
@to_option
@click.option("--provider", metavar="ID", help="Only with this provider.")
@click.option("--first", "most", type=click.IntRange(min=1), metavar="N", help="Only the first N.")
@clinic_option
def slots(
    speaker: Speaker,
    *,
    database: str,
    clinic_id: str | None,
    type_: str,
    first: str,
    last: str,
    provider: str | None,
    most: int | None,
    now: str | None,
) -> Status:
    """Tell the free times of a bookable type, earliest first.

    Why nothing at all is offered, if so, is said on standard error.
    """
    given = Given()
    begin, end = given.period(first, last)
    moment = given.now(now)
    given.finish()
    with opened(database) as installation:
        clinic = installation.clinic(clinic_id)
        found = installation.web_book(clock_at(moment, clinic.time_zone)).search(
            clinic.id,
            TypeId(type_),
            Wishes(first=begin, last=end, page_size=most),
            providers=None if provider is None else (ProviderId(provider),),
        )
        return _tell_found(speaker, clinic, found)


def _tell_found(speaker: Speaker, clinic: Clinic, found: Found) -> Status:
    reasons = staff_reasons(found.refusals)
    codes = [str(reason["code"]) for reason in reasons]
    if "provider-not-for-type" in codes:
        answer: Json = {"outcome": "refused", "reasons": reasons}
        speaker.tell(answer, lambda: ["refused", *(f"  {code}" for code in codes)])
        return Status.REFUSED
    if codes:
        speaker.warn(f"nothing is offered: {', '.join(codes)}")
    elif found.slots or speaker.as_json:
        speaker.tell_rows(map(slot_json, found.slots), lambda: [slots_table(clinic, found.slots)])
    else:
        speaker.warn("nothing is free")
    return Status.DONE


@command("book")
@type_option
@click.option("--provider", required=True, metavar="ID", help="With whom.")
@start_option
@click.option(
    "--patient", metavar="FILE", help="The patient's details (JSON); else standard input."
)
@click.option("--key", help="The same for each repeat of this request.")
@clinic_option
def book(
    speaker: Speaker,
    *,
    database: str,
    clinic_id: str | None,
    type_: str,
    provider: str,
    at: str,
    patient: str | None,
    key: str | None,
    now: str | None,
) -> Status:
    """Book a visit. The answer holds the link, which is shown only once."""
    given = Given()
    start, moment = given.start(at), given.now(now)
    request = None if key is None else RequestKey(given.name("key", key))
    with opened(database) as installation:
        clinic = installation.clinic(clinic_id)
        web_book = installation.web_book(clock_at(moment, clinic.time_zone))
        given.take("type", lambda: clinic.type(TypeId(type_)), None)
        given.take("provider", lambda: clinic.provider(ProviderId(provider)), None)
        details = given.details(patient, lambda typed: web_book.details(clinic.id, typed))
        given.finish()
        assert details is not None, "a fault would have been raised"
        outcome = web_book.book(
            Booking(
                clinic=clinic.id,
                type=TypeId(type_),
                provider=ProviderId(provider),
                start=instant_of(start, clinic.time_zone),
                details=details,
                key=request,
                alternatives=True,
                way=WayIn.COMMAND_LINE,
            )
        )
        reply = reply_to(outcome, clinic)
        link = None if reply.link is None else installation.link_shown(reply.link)
    return _tell_reply(speaker, reply, link)


@attrs.frozen(kw_only=True)
class _Followed:
    """A link, and where it leads: the clinic that the visit is at, and its present."""

    access: ByLink
    clinic: Clinic
    web_book: WebBook


def _follow(
    installation: Installation, link: LinkToken, clinic_id: str | None, now: datetime | None
) -> _Followed | None:
    """Return where a link leads; None if nowhere, or to another clinic than the chosen one."""
    chosen = None if clinic_id is None else installation.clinic(clinic_id).id
    visit = installation.find(link)
    if visit is None or chosen not in {None, visit.clinic}:
        return None
    clinic = installation.clinic(visit.clinic)
    web_book = installation.web_book(clock_at(now, clinic.time_zone))
    return _Followed(access=ByLink(link), clinic=clinic, web_book=web_book)


@command("show")
@link_option
@clinic_option
def show(
    speaker: Speaker,
    *,
    database: str,
    clinic_id: str | None,
    link_file: str | None,
    now: str | None,
) -> Status:
    """Show the visit that a link leads to, and what its patient may do."""
    given = Given()
    link, moment = given.link(link_file), given.now(now)
    given.finish()
    with opened(database) as installation:
        followed = _follow(installation, link, clinic_id, moment)
        if followed is None:
            return _tell_reply(speaker, NOT_FOUND)
        found = followed.web_book.show(followed.access)
    if not isinstance(found, Shown):
        return _tell_reply(speaker, reply_to(found, followed.clinic))
    answer: Json = {
        "outcome": "shown",
        "appointment": shown_json(found),
        "phone": found.clinic.phone,
    }
    speaker.tell(answer, lambda: visit_shown(found))
    return Status.DONE


@command("rebook")
@start_option
@link_option
@revision_option
@clinic_option
def rebook(
    speaker: Speaker,
    *,
    database: str,
    clinic_id: str | None,
    at: str,
    link_file: str | None,
    revision: int | None,
    now: str | None,
) -> Status:
    """Move the visit that a link leads to: the same provider, the same length."""
    given = Given()
    start, link, moment = given.start(at), given.link(link_file), given.now(now)
    given.finish()
    with opened(database) as installation:
        followed = _follow(installation, link, clinic_id, moment)
        if followed is None:
            return _tell_reply(speaker, NOT_FOUND)
        outcome = followed.web_book.rebook(
            followed.access,
            instant_of(start, followed.clinic.time_zone),
            revision=revision,
            alternatives=True,
        )
    return _tell_reply(speaker, reply_to(outcome, followed.clinic))


@command("cancel")
@click.option("--comment", default="", metavar="TEXT", help="To staff; at most 500 characters.")
@link_option
@revision_option
@clinic_option
def cancel(
    speaker: Speaker,
    *,
    database: str,
    clinic_id: str | None,
    comment: str,
    link_file: str | None,
    revision: int | None,
    now: str | None,
) -> Status:
    """Cancel the visit that a link leads to. Cancelling it again answers the same."""
    given = Given()
    said = given.take("comment", lambda: parse_message(comment), "")
    link, moment = given.link(link_file), given.now(now)
    given.finish()
    with opened(database) as installation:
        followed = _follow(installation, link, clinic_id, moment)
        if followed is None:
            return _tell_reply(speaker, NOT_FOUND)
        outcome = followed.web_book.cancel(followed.access, comment=said, revision=revision)
    return _tell_reply(speaker, reply_to(outcome, followed.clinic))


def _tell_reply(speaker: Speaker, reply: Reply, link: str | None = None) -> Status:
    speaker.tell(reply_json(reply, link), lambda: reply_shown(reply, link))
    return reply.status


COMMANDS = (slots, book, show, rebook, cancel)
