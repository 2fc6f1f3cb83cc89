"""The web appointment book of a clinic: patients book, move and cancel visits; staff decide.

A host puts a `Desk` together, with a store from `webtidbok.adapters`, and works through a
`WebBook`. What a clinic is made of comes from a clinic file (`webtidbok.adapters.files`) or from
the values of `webtidbok.model`.

Each name is imported when it is first asked for, so that nobody waits for what is not used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webtidbok.errors import (
        ClinicExists,
        InvalidInput,
        InvalidValue,
        MissingExtra,
        OverlapsExclusive,
        RequestKeyReused,
        StoreUnavailable,
        TryAgain,
        UnknownAppointment,
        UnknownClinic,
        UnknownPatient,
        UnknownProvider,
        UnknownResource,
        UnknownType,
        WebtidbokError,
    )
    from webtidbok.model.age import SE_2025, SEED_24, AgeRule
    from webtidbok.model.appointment import Appointment, Placement
    from webtidbok.model.clinic import Clinic
    from webtidbok.model.codes import LinkToken, LookupCode
    from webtidbok.model.ids import (
        AppointmentId,
        ClinicId,
        PatientId,
        ProviderId,
        RequestKey,
        ResourceId,
        TypeId,
    )
    from webtidbok.model.patient import PatientDetails
    from webtidbok.model.slot import Slot
    from webtidbok.model.timespan import TimeSpan
    from webtidbok.rules.question import PatientFacts
    from webtidbok.services.access import ByCard, ByLink
    from webtidbok.services.booking import Booking
    from webtidbok.services.desk import Desk
    from webtidbok.services.explaining import Explanation
    from webtidbok.services.holding import HoldRequest, hold_id
    from webtidbok.services.laying import Knowingly
    from webtidbok.services.outcomes import (
        Booked,
        Cancelled,
        ChangedMeanwhile,
        Held,
        Moved,
        NoContact,
        NoSuchVisit,
        OverlapsPatients,
        Recalled,
        Refused,
        SlotTaken,
        StaffBooked,
    )
    from webtidbok.services.recalling import RecallRequest
    from webtidbok.services.searching import Found, PartOfDay, Wishes
    from webtidbok.services.showing import Shown
    from webtidbok.services.staff import StaffBooking, StaffMove
    from webtidbok.services.web_book import WebBook

__all__ = [
    "SEED_24",
    "SE_2025",
    "AgeRule",
    "Appointment",
    "AppointmentId",
    "Booked",
    "Booking",
    "ByCard",
    "ByLink",
    "Cancelled",
    "ChangedMeanwhile",
    "Clinic",
    "ClinicExists",
    "ClinicId",
    "Desk",
    "Explanation",
    "Found",
    "Held",
    "HoldRequest",
    "InvalidInput",
    "InvalidValue",
    "Knowingly",
    "LinkToken",
    "LookupCode",
    "MissingExtra",
    "Moved",
    "NoContact",
    "NoSuchVisit",
    "OverlapsExclusive",
    "OverlapsPatients",
    "PartOfDay",
    "PatientDetails",
    "PatientFacts",
    "PatientId",
    "Placement",
    "ProviderId",
    "RecallRequest",
    "Recalled",
    "Refused",
    "RequestKey",
    "RequestKeyReused",
    "ResourceId",
    "Shown",
    "Slot",
    "SlotTaken",
    "StaffBooked",
    "StaffBooking",
    "StaffMove",
    "StoreUnavailable",
    "TimeSpan",
    "TryAgain",
    "TypeId",
    "UnknownAppointment",
    "UnknownClinic",
    "UnknownPatient",
    "UnknownProvider",
    "UnknownResource",
    "UnknownType",
    "WebBook",
    "WebtidbokError",
    "Wishes",
    "hold_id",
]

#: Where the names stand; what most begin with comes first, and who has not found its name yet
#: imports the next.
_MODULES = (
    "errors",
    "model.age",
    "model.appointment",
    "model.clinic",
    "model.codes",
    "model.ids",
    "model.patient",
    "model.slot",
    "model.timespan",
    "rules.question",
    "services.desk",
    "services.web_book",
    "services.searching",
    "services.access",
    "services.booking",
    "services.explaining",
    "services.holding",
    "services.laying",
    "services.outcomes",
    "services.recalling",
    "services.showing",
    "services.staff",
)

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Return one of the names, imported from where it stands."""
        for module in _MODULES if name in __all__ else ():
            found = vars(import_module(f"webtidbok.{module}"))
            if name in found:
                globals()[name] = found[name]
                return found[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        """Return what can be asked for."""
        return [*globals(), *__all__]
