"""A small clinic document, and what is wrong with it once a test has changed it."""

from collections.abc import Callable
from typing import Any

import pytest

from webtidbok.adapters.files.clinic_document import clinic_from
from webtidbok.errors import InvalidInput

Document = dict[str, Any]


def a_document(**tables: object) -> Document:
    """Return a clinic with one of everything, all optional keys left out; `tables` replace."""
    document: Document = {
        "clinic": {
            "id": "anstrand",
            "name": "Tandvården vid Ån",
            "time_zone": "Europe/Stockholm",
            "phone": "070-174 06 05",
        },
        "web_booking": {"new_bookings": True, "rebookings": False, "cancellations": True},
        "block_kind": [{"id": "visits", "name": "Besök"}, {"id": "lunch", "name": "Lunch"}],
        "provider": [{"id": "ek", "name": "Karin Ek"}, {"id": "holm", "name": "Anders Holm"}],
        "resource": [{"id": "rum1", "name": "Rum 1"}],
        "template": [{"id": "weekly", "weeks": 1, "block": [a_block()]}],
        "schedule": [a_schedule()],
        "bookable_type": [a_type()],
    }
    return document | tables


def a_block(**keys: object) -> Document:
    return {"week": 1, "day": "mon", "from": "08:00", "to": "12:00", "kind": "visits"} | keys


def a_schedule(**keys: object) -> Document:
    return {
        "provider": "ek",
        "template": "weekly",
        "anchor": "2026-11-30",
        "first": "2026-11-30",
        "last": "2027-06-30",
    } | keys


def a_type(**keys: object) -> Document:
    return {
        "id": "check-up",
        "name": "Undersökning",
        "duration_minutes": 30,
        "interval_minutes": 15,
        "providers": ["ek"],
    } | keys


def an_absence(**keys: object) -> Document:
    return {"from": "2026-12-21T00:00:00", "to": "2026-12-29T00:00:00"} | keys


def with_key(table: str, key: str, value: object) -> Document:
    """Return the document with one key set, in the table or in the first of the list."""
    document = a_document()
    found = document[table]
    (found[0] if isinstance(found, list) else found)[key] = value
    return document


def faults_in(document: Document) -> list[tuple[str, str]]:
    """Return place and field of each fault of a document."""
    return faults_of(lambda: clinic_from(document))


def faults_of(read: Callable[[], object]) -> list[tuple[str, str]]:
    """Return place and field of each fault that `read` raises."""
    with pytest.raises(InvalidInput) as caught:
        read()
    assert all(fault.reason for fault in caught.value.faults)
    return [(fault.place, fault.field) for fault in caught.value.faults]
