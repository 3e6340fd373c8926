"""The command line: ``engagement NOUN VERB``."""

from __future__ import annotations

import sys

import click

from engagement.cli.audit import audit
from engagement.cli.db import db
from engagement.cli.demo import demo
from engagement.cli.doctor import doctor
from engagement.cli.extra_seats import extra_seats
from engagement.cli.invite_lottery import invite_lottery
from engagement.cli.partnerships import partnerships
from engagement.cli.reference import reference
from engagement.cli.run_programme import run_programme
from engagement.cli.select import replace_seats, select_panel
from engagement.cli.serve import serve
from engagement.cli.users import users
from engagement.cli.verify_draw import check_draw
from engagement.cli.worker import worker
from engagement.config import BrokenSetting
from engagement.database.errors import DATABASE_UNAVAILABLE, in_one_line

FAILED, BAD_INPUT = 1, 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="engagement")
def engagement() -> None:
    """Residents shape the strategy of an NHS Integrated Care Partnership, and see how they did.

    Settings are read from the environment; `engagement doctor` shows and checks them.
    Exit codes: 0 done, 1 a check found faults, 2 bad input or settings.
    """


COMMANDS = (
    serve,
    worker,
    db,
    demo,
    partnerships,
    users,
    reference,
    audit,
    doctor,
    run_programme,
    check_draw,
    invite_lottery,
    select_panel,
    replace_seats,
    extra_seats,
)
for command in COMMANDS:
    engagement.add_command(command)


def main() -> None:
    """Run the command line; what is wrong with settings or database is one plain line."""
    try:
        engagement()
    except BrokenSetting as error:
        click.echo(f"engagement: {error}", err=True)
        sys.exit(BAD_INPUT)
    except DATABASE_UNAVAILABLE as error:
        click.echo(f"engagement: the database cannot be used: {in_one_line(error)}", err=True)
        sys.exit(FAILED)
