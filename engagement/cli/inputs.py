"""What is typed on the command line, checked before anything is done with it."""

from __future__ import annotations

import click
from email_validator import EmailNotValidError, validate_email


def a_name(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """A name in one line, without spaces around it."""
    if not value.strip() or not value.isprintable():
        raise click.BadParameter("write it in one line; it cannot be empty.")
    return value.strip()


def an_email(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """An e-mail address, or nothing where that is allowed."""
    if not value and not parameter.required:
        return value
    try:
        validate_email(value, check_deliverability=False)
    except EmailNotValidError as error:
        raise click.BadParameter(f"“{value}” is not an address like name@example.org.") from error
    return value
