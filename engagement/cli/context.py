"""What every command stands in: the application, a partnership, and the operator as actor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask

from engagement import create_app
from engagement.audit.service import OPERATOR, acting_as
from engagement.database import tenancy
from engagement.database.readiness import database_problem
from engagement.partnerships.queries import PartnershipRow, find_partnership, list_partnerships


@contextmanager
def application(*, needs_tables: bool = True) -> Iterator[Flask]:
    """The application, with the operator as actor; one plain line where its database is not ready.

    ``needs_tables`` is false for what makes the tables.
    """
    app = create_app()
    with app.app_context(), acting_as(OPERATOR):
        if needs_tables and (problem := database_problem()):
            raise click.ClickException(problem)
        yield app


@contextmanager
def partnership(slug: str) -> Iterator[PartnershipRow]:
    """Serve one partnership, by its short name; an unknown one is bad input."""
    found = find_partnership(slug)
    if found is None:
        known = ", ".join(row.slug for row in list_partnerships()) or "none yet"
        raise click.UsageError(f"There is no partnership “{slug}”. There are: {known}.")
    with tenancy.serving(found.id):
        yield found
