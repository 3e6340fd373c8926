"""The command line: ``engagement NOUN VERB``."""

from __future__ import annotations

import sys
from importlib import import_module

import click

FAILED, BAD_INPUT = 1, 2
# Each command with where it is defined: one that is not asked for is not loaded.
COMMANDS = {
    "serve": "serve:serve",
    "worker": "worker:worker",
    "db": "db:db",
    "demo": "demo:demo",
    "partnerships": "partnerships:partnerships",
    "users": "users:users",
    "reference": "reference:reference",
    "audit": "audit:audit",
    "erasures": "erasures:erasures",
    "processing": "processing:processing",
    "doctor": "doctor:doctor",
    "run-programme": "run_programme:run_programme",
    "invite-lottery": "invite_lottery:invite_lottery",
    "select": "select:select_panel",
    "replace": "select:replace_seats",
    "reveal": "reveal:reveal",
    "extra-seats": "extra_seats:extra_seats",
    "verify-draw": "verify_draw:check_draw",
    "opinion": "opinion:opinion",
    "tables": "tables:seat_people",
    "tally": "tally:tally",
    "conversation": "conversation:conversation",
}


class Commands(click.Group):
    """``COMMANDS``, each loaded when it is first asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name].split(":")
        command: click.Command = getattr(import_module(f"engagement.cli.{module}"), attribute)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="engagement")
def engagement() -> None:
    """Residents shape the strategy of an NHS Integrated Care Partnership, and see how they did.

    Settings are read from the environment; `engagement doctor` shows and checks them.
    Exit codes: 0 done, 1 a check found faults, 2 bad input or settings; a command's own help says
    where it has more.
    """


def main() -> None:
    """Run the command line; what is wrong with settings or database is one plain line."""
    try:
        engagement()
    except Exception as error:
        from engagement.config import BrokenSetting
        from engagement.database.errors import DATABASE_UNAVAILABLE, in_one_line

        if isinstance(error, BrokenSetting):
            click.echo(f"engagement: {error}", err=True)
            sys.exit(BAD_INPUT)
        if isinstance(error, DATABASE_UNAVAILABLE):
            click.echo(f"engagement: the database cannot be used: {in_one_line(error)}", err=True)
            sys.exit(FAILED)
        raise
