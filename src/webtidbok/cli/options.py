"""What all commands have in common: how they are called, and how they end."""

from collections.abc import Callable
from functools import wraps
from typing import TypeAlias

import click

from webtidbok.cli.faults import Status
from webtidbok.cli.forms import Given
from webtidbok.cli.speaking import Speaker
from webtidbok.errors import WebtidbokError

Work: TypeAlias = Callable[..., Status]


class QuietCommand(click.Command):
    """A command that does not repeat an argument that is too much: it may be a patient's."""

    allow_extra_args = True

    def invoke(self, ctx: click.Context) -> object:
        """Run the command, unless there are arguments that it does not know."""
        if ctx.args:
            ctx.fail("Got more arguments than it takes.")
        return super().invoke(ctx)


def command(
    name: str, *, needs_now: bool = True, database: str = "DB"
) -> Callable[[Work], click.Command]:
    """Make a command of a function that does its work and answers with the exit status.

    The function is called with a `speaker`, and with the database beside its own options; it may
    raise any error of ours.

    Args:
        name: As it is typed.
        needs_now: Whether the function is told what `--now` says. All commands take that, so that
            a script can give it to all.
        database: What the argument that names the database is called.
    """
    argument = click.argument("database", metavar=database)

    def made(work: Work) -> click.Command:
        @wraps(work)
        def run(*, as_json: bool, now: str | None, **options: object) -> Status:
            speaker = Speaker(as_json)
            try:
                if needs_now:
                    return work(speaker, now=now, **options)
                _check_now(now)
                return work(speaker, **options)
            except WebtidbokError as error:
                return speaker.tell_error(error)

        return click.command(name, cls=QuietCommand)(_now(_json(argument(run))))

    return made


def _check_now(now: str | None) -> None:
    given = Given()
    given.now(now)
    given.finish()


_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
_now = click.option("--now", metavar="LOCAL", help="The present; else the machine's clock.")

clinic_option = click.option(
    "--clinic-id", metavar="ID", help="Which clinic, where the database holds several."
)
type_option = click.option("--type", "type_", required=True, metavar="ID", help="A bookable type.")
start_option = click.option(
    "--at", required=True, metavar="LOCAL", help="The start, such as 2026-12-01T15:45."
)
from_option = click.option(
    "--from", "first", required=True, metavar="DATE", help="The first date, inclusive."
)
to_option = click.option(
    "--to", "last", required=True, metavar="DATE", help="The last date, inclusive."
)
link_option = click.option(
    "--link-file", metavar="FILE", help="Holds the link; else standard input does."
)
revision_option = click.option(
    "--revision",
    type=click.IntRange(min=1),
    metavar="N",
    help="As `show` told it: refuse if the visit was changed since.",
)
