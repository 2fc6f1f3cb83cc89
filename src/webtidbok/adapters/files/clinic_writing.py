"""A clinic as the document that `clinic_document.clinic_from` reads back as the same clinic."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from webtidbok.model.bookable_type import BookableType
from webtidbok.model.change_limit import ChangeLimit, DaysBefore, HoursBefore
from webtidbok.model.changeable import Action, Changeable
from webtidbok.model.clinic import Clinic, WebBooking
from webtidbok.model.instants import MINUTE
from webtidbok.model.schedule import WEEKDAYS, DayBlock, DayOverride, Period, Template
from webtidbok.model.wall_clock import WallMinutes, shown_wall_minutes


def document_of(clinic: Clinic) -> dict[str, object]:
    """Return `clinic` in the form of a clinic file, fit for JSON: dates are ISO text.

    Empty texts and lists are left out, and so is what is None; all other settings are written,
    also where they are as the defaults of a file, so that these may change.

    Raises:
        ValueError: a length of time is not whole minutes, or the time zone has no name. No
            clinic out of a file is so.
    """
    return _there(
        {
            "clinic": _head(clinic),
            "web_booking": _web_booking(clinic.web_booking),
            "block_kind": [
                {
                    "id": kind.id,
                    "name": kind.name,
                    "web_bookable": kind.web_bookable,
                    "exclusive": kind.exclusive,
                }
                for kind in clinic.block_kinds
            ],
            "provider": [
                _there({"id": provider.id, "name": provider.name, "title": provider.title})
                for provider in clinic.providers
            ],
            "resource": [{"id": each.id, "name": each.name} for each in clinic.resources],
            "template": list(map(_template, clinic.templates)),
            "schedule": list(map(_period, clinic.periods)),
            "day_override": list(map(_day_override, clinic.day_overrides)),
            "closed_day": _closed_days(clinic),
            "bookable_type": list(map(_bookable_type, clinic.types)),
        }
    )


def _there(table: Mapping[str, object]) -> dict[str, object]:
    """Return `table` without what is None, an empty text or an empty list."""
    return {key: value for key, value in table.items() if value not in (None, "", [])}


def _head(clinic: Clinic) -> dict[str, object]:
    if clinic.time_zone.key is None:
        raise ValueError("the time zone has no name")
    return _there(
        {
            "id": clinic.id,
            "name": clinic.name,
            "time_zone": clinic.time_zone.key,
            "phone": clinic.phone,
            "email": clinic.email,
            "address": clinic.address,
            "country": clinic.country,
            "languages": list(clinic.languages),
        }
    )


def _web_booking(web: WebBooking) -> dict[str, object]:
    return _there(
        {
            "new_bookings": web.new_bookings,
            "rebookings": web.rebookings,
            "cancellations": web.cancellations,
            "change_limit": _change_limit(web.change_limit),
            "minimum_notice": _notice(web.minimum_notice),
            "horizon_months": web.horizon_months,
            "max_rebookings": web.max_rebookings,
            "max_open_bookings": web.max_open_bookings,
            "hold_minutes": _whole_minutes(web.hold_time),
            "changeable": _changeable(web.changeable),
            "frame_ancestors": list(web.frame_ancestors),
        }
    )


def _bookable_type(bookable: BookableType) -> dict[str, object]:
    limit, changeable = bookable.change_limit, bookable.changeable
    notice = bookable.minimum_notice
    return _there(
        {
            "id": bookable.id,
            "name": bookable.name,
            "treatment": bookable.treatment,
            "duration_minutes": bookable.duration_minutes,
            "interval_minutes": bookable.interval_minutes,
            "before_minutes": bookable.before_minutes,
            "after_minutes": bookable.after_minutes,
            "providers": list(bookable.providers),
            "resources": list(bookable.resources),
            "block_filter": sorted(bookable.block_filter),
            "ages": bookable.ages.value,
            "age_from": bookable.age_from,
            "age_to": bookable.age_to,
            "patients": bookable.patients.value,
            "offered_for_new_bookings": bookable.offered_for_new_bookings,
            "bookable_from": _iso(bookable.bookable_from),
            "bookable_until": _iso(bookable.bookable_until),
            "minimum_notice": None if notice is None else _notice(notice),
            "change_limit": None if limit is None else _change_limit(limit),
            "changeable": None if changeable is None else _changeable(changeable),
            "public_label": bookable.public_label,
            "price_text": bookable.price_text,
            "description": bookable.description,
            "order": bookable.order,
        }
    )


def _template(template: Template) -> dict[str, object]:
    return {
        "id": template.id,
        "weeks": len(template.weeks),
        "block": list(_placed_blocks(template)),
    }


def _placed_blocks(template: Template) -> Iterator[dict[str, object]]:
    for week, days in enumerate(template.weeks, 1):
        for day, blocks in zip(WEEKDAYS, days, strict=True):
            for block in blocks:
                yield {"week": week, "day": day, **_block(block)}


def _block(block: DayBlock) -> dict[str, object]:
    return _there(
        {
            "from": shown_wall_minutes(block.start),
            "to": shown_wall_minutes(block.until),
            "kind": block.kind,
            "resource": block.resource,
        }
    )


def _period(period: Period) -> dict[str, object]:
    return {
        "provider": period.provider,
        "template": period.template,
        "anchor": _iso(period.anchor),
        "first": _iso(period.first),
        "last": _iso(period.last),
    }


def _day_override(override: DayOverride) -> dict[str, object]:
    return {
        "provider": override.provider,
        "date": _iso(override.day),
        "block": list(map(_block, override.blocks)),
    }


def _closed_days(clinic: Clinic) -> list[dict[str, object]]:
    if not clinic.closed_days:
        return []
    return [{"dates": [day.isoformat() for day in sorted(clinic.closed_days)]}]


def _change_limit(limit: ChangeLimit) -> dict[str, object]:
    if isinstance(limit, HoursBefore):
        return {"hours": limit.hours}
    if isinstance(limit, DaysBefore):
        return _there({"days": limit.days, "by": _clock(limit.by)})
    return _there({"working_days": limit.working_days, "by": _clock(limit.by)})


def _changeable(changeable: Changeable) -> dict[str, object]:
    """Return a table of origin x action; an origin that allows nothing stands there, too."""
    return {
        origin.value: [action.value for action in Action if action in actions]
        for origin, actions in changeable.table.items()
    }


def _notice(notice: timedelta) -> dict[str, object]:
    return {"minutes": _whole_minutes(notice)}


def _whole_minutes(length: timedelta) -> int:
    if length % MINUTE:
        raise ValueError(f"{length} is not whole minutes")
    return length // MINUTE


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _clock(by: WallMinutes | None) -> str | None:
    return None if by is None else shown_wall_minutes(by)
