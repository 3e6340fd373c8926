"""Open conversations: taking in one that was held elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from engagement.cli.context import application, partnership
from engagement.cli.outputs import refuse
from engagement.conversations.errors import UnknownConversation
from engagement.conversations.importing import Imported, Table, import_polis
from engagement.documents.sheets import NotATable, open_csv
from engagement.methods.sortition.errors import Fault
from engagement.programmes.errors import UnknownProgramme

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def conversation() -> None:
    """Open conversations, in which people vote on statements."""


@conversation.command("import")
@click.argument("votes", type=_file)
@click.option("--comments", type=_file, required=True, help="CSV file of the statements.")
@click.option("--partnership", "slug", required=True, help="Short name of the partnership.")
@click.option("--programme", required=True, help="Id of the programme, as in its address.")
@click.option("--activity", required=True, help="Id of the open conversation in it.")
def import_(votes: Path, comments: Path, slug: str, programme: str, activity: str) -> None:
    """Take a conversation that was held with Polis into an open conversation.

    VOTES and the comments are the CSV files of the public Polis export. Comments become
    contributions with a statement each, or statements of the convenors where the export says so;
    a later vote of a person on a statement replaces an earlier one. Imported again, only what is
    new is added.

    Exit codes: 0 done, 2 bad input; then nothing is imported, and every fault is named with its
    row.
    """
    from engagement.methods.opinion.errors import OpinionRefused

    with application(), partnership(slug):
        try:
            with open_csv(votes) as given, open_csv(comments) as said:
                done = import_polis(
                    None,
                    programme,
                    activity,
                    Table(votes.name, given.rows()),
                    Table(comments.name, said.rows()),
                )
        except NotATable as error:
            refuse([Fault(votes.name, 0, "", str(error))])
        except OpinionRefused as error:
            refuse(error.faults)
        except UnknownProgramme:
            raise click.UsageError(f"There is no programme “{programme}” here.") from None
        except UnknownConversation:
            raise click.UsageError(
                f"The programme has no open conversation “{activity}”."
            ) from None
    click.echo(_told(done))


def _told(done: Imported) -> str:
    lines = [
        f"{done.statements:,} statements, {done.people:,} people and {done.votes:,} votes added, "
        f"{done.changed:,} votes changed ({done.replaced:,} earlier ones of the file replaced)."
    ]
    if done.rejected:
        lines.append(f"{done.rejected:,} of the statements were rejected there: nobody sees them.")
    if done.held:
        lines.append(f"{done.held:,} of the statements wait for a moderator.")
    return "\n".join(lines)
