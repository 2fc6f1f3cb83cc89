"""From what went wrong to what is said about it, and to the exit status."""

from enum import IntEnum

from webtidbok.errors import (
    ClinicExists,
    Fault,
    InvalidInput,
    InvalidValue,
    MissingExtra,
    MissingKey,
    RequestKeyReused,
    UnknownAppointment,
    UnknownClinic,
    UnknownProvider,
    UnknownType,
    WebtidbokError,
    WrongSchema,
)

#: After Ctrl-C, as shells have it.
INTERRUPTED = 130


class Status(IntEnum):
    """How the command ends."""

    DONE = 0
    REFUSED = 1
    BAD_INPUT = 2
    NO_ANSWER = 3


#: What is wrong with one argument, whatever it was; it is not quoted.
_OF_ARGUMENTS: dict[type[WebtidbokError], Fault] = {
    UnknownClinic: Fault("clinic-id", "--clinic-id", "is not a clinic of the database"),
    UnknownType: Fault("type", "--type", "is not a bookable type of the clinic"),
    UnknownProvider: Fault("provider", "--provider", "is not a provider of the clinic"),
    UnknownAppointment: Fault(
        "appointment", "--appointment", "is not an appointment of the clinic"
    ),
    ClinicExists: Fault("id", "--clinic", "is the id of a clinic that the database has already"),
    RequestKeyReused: Fault("key", "--key", "was used before, for other content"),
}

#: The text of these holds no values; where they belong.
_PLACES: dict[type[WebtidbokError], tuple[str, str]] = {
    WrongSchema: ("database", "DB"),
    MissingKey: ("key", "key file"),
    MissingExtra: ("installation", "packages"),
}


def faults_in(error: WebtidbokError) -> tuple[Fault, ...]:
    """Return what was wrong with the input; nothing if it was not the input."""
    if isinstance(error, InvalidInput):
        return error.faults
    if isinstance(error, InvalidValue):
        return (Fault(error.field, "", error.reason),)
    if fault := _OF_ARGUMENTS.get(type(error)):
        return (fault,)
    if place := _PLACES.get(type(error)):
        return (Fault(*place, str(error)),)
    return ()
