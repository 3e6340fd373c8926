"""The job worker."""

from __future__ import annotations

import click

from engagement import create_app


@click.command()
def worker() -> None:
    """Do the background work: runs, messages, what is due each night. Stops on Ctrl-C."""
    # Imported here: the durable workflows are heavy, and no other command needs them.
    from engagement.jobs.errors import WorkerCannotStart
    from engagement.jobs.schedule import DUTIES, NIGHTLY
    from engagement.jobs.worker import run_worker

    try:
        run_worker(create_app(), duties=DUTIES, nightly=NIGHTLY)
    except WorkerCannotStart as error:
        raise click.ClickException(str(error)) from error
