"""A clinic and its absences, read from a document: tables, lists, texts, numbers, dates.

The document is what a clinic file holds (`interfaces.md`, section 1), or the same as JSON with
dates as ISO text. Whatever a document is, it gives a clinic or all of its faults. Further keys of
ours, beside those that stand there:

- `changeable` in `[web_booking]` and in a type: which appointments patients may change (R25), as
  in `changeable = { WEB = ["rebook", "cancel"], RECALL = ["rebook"] }`. An origin that is left
  out allows nothing. Without the table, web bookings and recalls allow both.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

from webtidbok.adapters.files.forms import (
    IDENTIFIER,
    Form,
    WrongForm,
    at_least_one,
    many,
    shown,
    some_text,
    text,
)
from webtidbok.adapters.files.names import Names
from webtidbok.adapters.files.reader import Table
from webtidbok.adapters.files.schedule_tables import (
    absence_in,
    block_kind_in,
    closed_days_in,
    day_override_in,
    period_in,
    provider_in,
    resource_in,
    template_in,
)
from webtidbok.adapters.files.type_tables import bookable_type_in, web_booking_in
from webtidbok.errors import Fault, InvalidInput
from webtidbok.model.absence import Absence
from webtidbok.model.clinic import Clinic, Provider, Resource, WebBooking
from webtidbok.model.contact import EmailAddress
from webtidbok.model.ids import ClinicId, KindId, ProviderId, ResourceId
from webtidbok.model.schedule import BlockKind, DayOverride
from webtidbok.model.telephone import is_country
from webtidbok.model.text import EMAIL_MOST, NAME_MOST


@attrs.frozen(kw_only=True)
class ClinicFile:
    """What a clinic file says: the clinic, and the absences laid when it is added.

    Attributes:
        absences: With ids "absence-1" and so on, by their place in the file. One that lies
            wholly in the hour that the clocks skip has no time left and is not among them.
    """

    clinic: Clinic
    absences: tuple[Absence, ...] = ()


def clinic_from(document: Mapping[str, object]) -> ClinicFile:
    """Return the clinic that `document` describes.

    Raises:
        InvalidInput: with all faults of the document, in its order; nothing is guessed.
    """
    faults: list[Fault] = []
    found = Table(document, place="", faults=faults).made(_clinic_file)
    if faults or found is None:
        raise InvalidInput(faults)
    return found


def _clinic_file(file: Table) -> ClinicFile:
    head = file.required_table("clinic", _head) or _STAND_IN
    web_booking = file.required_table("web_booking", web_booking_in) or _STAND_IN.web_booking
    names = Names.in_file(file)
    schedule = _schedule_in(file, names)
    absences = file.tables(
        "absence", lambda table: absence_in(table, names, clinic=head.id, zone=head.time_zone)
    )
    clinic = attrs.evolve(
        head,
        web_booking=web_booking,
        block_kinds=file.tables("block_kind", block_kind_in),
        providers=file.tables("provider", provider_in),
        resources=file.tables("resource", resource_in),
        templates=schedule.templates,
        periods=schedule.periods,
        day_overrides=schedule.day_overrides,
        closed_days=schedule.closed_days,
        types=file.tables("bookable_type", lambda table: bookable_type_in(table, names)),
    )
    return ClinicFile(clinic=clinic, absences=absences)


def _head(table: Table) -> Clinic:
    """Return what `[clinic]` says, as a clinic that has nothing else yet."""
    return Clinic(
        id=ClinicId(table.required("id", IDENTIFIER)),
        name=table.required("name", some_text(NAME_MOST)),
        time_zone=table.required("time_zone", _ZONE),
        phone=table.required("phone", some_text()),
        email=table.optional("email", _EMAIL, ""),
        address=table.optional("address", text(), ""),
        country=table.optional("country", _COUNTRY, "SE"),
        languages=table.optional("languages", at_least_one(many(_LANGUAGE)), ("sv",)),
        web_booking=_STAND_IN.web_booking,
    )


def _schedule_in(file: Table, names: Names) -> Clinic:
    """Return the schedule as a clinic that has nothing else; overlaps are noted (R7).

    So they are found also when other tables have faults. Of the things that the schedule names
    and that have faults themselves, only the name is taken.
    """
    templates = file.tables("template", lambda table: template_in(table, names))
    periods = file.tables("schedule", lambda table: period_in(table, names))
    overrides = file.tables("day_override", lambda table: day_override_in(table, names))
    _note_repeated(file, overrides)
    sound = {template.id: template for template in templates}
    try:
        return attrs.evolve(
            _STAND_IN,
            block_kinds=tuple(BlockKind(id=KindId(name), name=name) for name in names.kinds),
            providers=tuple(Provider(id=ProviderId(name), name=name) for name in names.providers),
            resources=tuple(Resource(id=ResourceId(name), name=name) for name in names.resources),
            templates=tuple(sound.values()),
            periods=tuple(period for period in periods if period.template in sound),
            day_overrides=tuple({(one.provider, one.day): one for one in overrides}.values()),
            closed_days=frozenset(chain(*file.tables("closed_day", closed_days_in))),
        )
    except InvalidInput as error:
        file.note_all(error.faults)
        return _STAND_IN


def _note_repeated(file: Table, overrides: Sequence[DayOverride]) -> None:
    days = Counter((override.provider, override.day) for override in overrides)
    for (provider, day), count in days.items():
        if count > 1:
            file.note("day_override", f"{shown(provider)} {day} stands more than once")


def _zone(value: object) -> ZoneInfo:
    name = some_text().parse(value)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones, "../x"
        raise WrongForm("is not a known time zone, such as Europe/Stockholm") from None


def _country(value: object) -> str:
    if not isinstance(value, str) or not is_country(value):
        raise WrongForm("is not a country with telephone numbers, such as SE")
    return value


def _language(value: object) -> str:
    if not isinstance(value, str) or not _LANGUAGE_TAG.fullmatch(value):
        raise WrongForm('is not a language, such as "sv"')
    return value


def _email(value: object) -> str:
    address = text(EMAIL_MOST).parse(value)
    return EmailAddress.parse(address).address if address else ""


_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_ZONE = Form(_zone, ZoneInfo("UTC"))
_COUNTRY = Form(_country, "")
_LANGUAGE = Form(_language, "")
_EMAIL = Form(_email, "")

#: Stands for what has faults while more of them are looked for.
_STAND_IN = Clinic(
    id=ClinicId("?"),
    name="?",
    time_zone=_ZONE.blank,
    phone="?",
    web_booking=WebBooking(new_bookings=False, rebookings=False, cancellations=False),
)
