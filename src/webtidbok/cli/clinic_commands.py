"""Commands about a whole clinic: it comes into a database, and the database is verified."""

from itertools import chain

import click

from webtidbok.cli.answers import broken_json
from webtidbok.cli.clinic_files import Brought, read_all
from webtidbok.cli.faults import Status
from webtidbok.cli.opening import created, opened
from webtidbok.cli.options import clinic_option, command
from webtidbok.cli.speaking import Speaker
from webtidbok.cli.tables import broken_table


@command("init")
@click.option("--clinic", required=True, metavar="FILE", help="The clinic file (TOML).")
@click.option("--patients", metavar="CSV", help="The clinic's patients.")
@click.option("--appointments", metavar="CSV", help="What stands in its appointment book.")
def init(
    speaker: Speaker,
    *,
    database: str,
    clinic: str,
    patients: str | None,
    appointments: str | None,
    now: str | None,
) -> Status:
    """Add a clinic to a database, which is made if it is not there.

    Everything is checked before anything is stored. A clinic with that id must not be there.
    """
    brought = read_all(clinic, patients=patients, appointments=appointments, now=now)
    with created(database) as installation:
        installation.web_book(brought.clock).add_clinic(
            brought.file.clinic,
            absences=brought.file.absences,
            patients=brought.patients,
            appointments=brought.appointments,
        )
    added = _added(brought)
    speaker.tell(
        {"outcome": "added", "clinic": brought.file.clinic.id, **added},
        lambda: [
            f"added {brought.file.clinic.id}: "
            + ", ".join(f"{count} {things}" for things, count in added.items())
        ],
    )
    return Status.DONE


def _added(brought: Brought) -> dict[str, int]:
    """Return how many things came with the clinic."""
    return {
        "patients": len(brought.patients),
        "appointments": len(brought.appointments),
        "absences": len(brought.file.absences),
    }


@command("verify", needs_now=False)
@clinic_option
def verify(speaker: Speaker, *, database: str, clinic_id: str | None) -> Status:
    """Look for promises that the database does not keep; ends with 1 if there are any."""
    with opened(database) as installation:
        found = installation.web_book().verify(installation.clinic(clinic_id).id)
        first = next(found, None)
        if first is None:
            speaker.tell_rows((), lambda: ["every promise is kept"])
            return Status.DONE
        broken = chain([first], found)  # told as they are found: there may be many
        speaker.tell_rows(map(broken_json, broken), lambda: [broken_table(broken)])
        return Status.REFUSED


COMMANDS = (init, verify)
