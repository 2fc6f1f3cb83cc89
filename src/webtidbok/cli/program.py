"""The command `webtidbok`, put together from its commands."""

from collections.abc import Sequence

import click

from webtidbok.cli import (
    clinic_commands,
    database_commands,
    dispatch_command,
    patient_commands,
    staff_commands,
)


@click.group(
    commands=[
        *clinic_commands.COMMANDS,
        *patient_commands.COMMANDS,
        *staff_commands.COMMANDS,
        dispatch_command.dispatch,
        database_commands.db,
    ],
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="webtidbok")
def program() -> None:
    """The web appointment book of a clinic.

    DB is a file (SQLite) or an SQLAlchemy URL. LOCAL is a time on the clinic's wall. Ends with 0
    when done, 1 when refused, 2 on bad input, 3 when the store gave no answer.
    """


def run(arguments: Sequence[str]) -> int:
    """Run the command, and return its exit status."""
    try:
        with program.make_context("webtidbok", list(arguments)) as context:
            status: int = program.invoke(context)
            return status
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.exceptions.Exit as ended:
        return ended.exit_code
