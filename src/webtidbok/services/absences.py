"""Absences, and the appointments that no longer fit the schedule (R6b, R8)."""

from collections.abc import Iterator

from webtidbok.errors import UnknownAbsence
from webtidbok.model.absence import Absence
from webtidbok.model.appointment import Appointment
from webtidbok.model.ids import (
    AbsenceId,
    CalendarId,
    ClinicId,
    ProviderId,
    ResourceId,
    provider_calendar,
    resource_calendar,
)
from webtidbok.model.instants import minute_after, minute_of
from webtidbok.model.text import TEXT_MOST, clean_text
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.store import Change, Scope, State
from webtidbok.services.desk import Desk
from webtidbok.services.outcomes import AbsenceLaid


def lay_absence(
    desk: Desk,
    clinic: ClinicId,
    of: ProviderId | ResourceId,
    span: TimeSpan,
    *,
    is_resource: bool = False,
    reason: str = "",
) -> AbsenceLaid:
    """Lay an absence of a provider, or of a resource. No appointment is touched (R8).

    Returns:
        The absence, with the appointments that now lie in it.

    Raises:
        InvalidValue: the reason is too long, or holds what no text may.
        UnknownClinic, UnknownProvider, UnknownResource: not there.
    """
    away = Absence(
        id=AbsenceId(desk.new_id()),
        clinic=clinic,
        calendar=_calendar(desk, clinic, of, is_resource=is_resource),
        span=span,
        reason=clean_text(reason, field="reason", most=TEXT_MOST),
    )

    def decide(state: State) -> Change[AbsenceLaid] | AbsenceLaid:
        under = tuple(each for each in state.appointments.values() if each.span.overlaps(away.span))
        return Change(answer=AbsenceLaid(absence=away, orphans=under), absences=(away,))

    scope = Scope(
        clinic=clinic, now=desk.now(), calendars=(away.calendar,), span=span, holders=True
    )
    return desk.store.transact(scope, decide)


def _calendar(desk: Desk, clinic: ClinicId, of: str, *, is_resource: bool) -> CalendarId:
    stored = desk.store.clinic(clinic)
    if is_resource:
        return resource_calendar(stored.clinic.resource(ResourceId(of)).id)
    return provider_calendar(stored.clinic.provider(ProviderId(of)).id)


def remove_absence(desk: Desk, clinic: ClinicId, absence: AbsenceId) -> None:
    """Take an absence away: the time is free again, if nothing else takes it.

    Raises:
        UnknownClinic, UnknownAbsence: not there.
    """
    desk.store.clinic(clinic)

    def decide(state: State) -> Change[None] | None:
        if not any(away.id == absence for away in state.absences):
            raise UnknownAbsence(absence)
        return Change(answer=None, dropped_absences=(absence,))

    desk.store.transact(Scope(clinic=clinic, now=desk.now(), absence=absence), decide)


def orphans(desk: Desk, clinic: ClinicId) -> Iterator[Appointment]:
    """Yield the appointments to come that no longer fit, by start (R8).

    One does not fit that lies in an absence of its provider or its resource, or outside the
    provider's blocks, of whatever kind. Worked out when asked for, never stored.

    Raises:
        UnknownClinic: there is no such clinic.
    """
    stored, now = desk.store.clinic(clinic), desk.now()
    away: dict[CalendarId, list[TimeSpan]] = {}
    for absence in desk.records.absences(clinic):
        away.setdefault(absence.calendar, []).append(absence.span)
    for each in desk.records.appointments(clinic):
        if each.is_cancelled or each.has_begun(now):
            continue
        is_away = any(
            span.overlaps(each.span)
            for calendar in each.placement.calendars
            for span in away.get(calendar, ())
        )
        start, end = minute_of(each.span.start), minute_after(each.span.end)
        if is_away or not desk.is_covered(stored, each.placement.provider, start, end):
            yield each
