"""What a command leaves behind: a folder written whole or not at all, or plain words why not."""

from __future__ import annotations

import secrets
import shutil
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

BAD_INPUT = 2
MOST_SHOWN = 100


class OutputRefused(click.ClickException):
    """The folder cannot be written; the message says why."""

    exit_code = BAD_INPUT


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """An empty folder beside ``out`` to write into; its files become those of ``out`` at the end.

    Where the block ends in any other way, Ctrl-C included, ``out`` stays as it was and nothing is
    left beside it. Files that ``out`` holds already stay, unless a new one has the same name.
    An ``OSError`` of the block is taken to be about writing and becomes ``OutputRefused``: read
    what has to be read before.
    """
    out = out.absolute()
    part = out.with_name(f".{out.name}.{secrets.token_hex(6)}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        part.mkdir()
        yield part
        _move(part, out)
    except OSError as error:
        raise OutputRefused(f"{out} cannot be written: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def refuse(faults: Sequence[object]) -> NoReturn:
    """Say what is wrong with the input, a line each, and leave with exit code 2."""
    for fault in faults[:MOST_SHOWN]:
        click.echo(str(fault), err=True)
    if more := faults[MOST_SHOWN:]:
        click.echo(f"and {len(more):,} more faults", err=True)
    click.echo("Nothing was written.", err=True)
    sys.exit(BAD_INPUT)


def _move(part: Path, out: Path) -> None:
    with _uninterrupted():
        if not out.exists():
            part.rename(out)
            return
        for path in sorted(part.iterdir()):
            path.replace(out / path.name)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C in between would leave some files new and others old: it comes a moment too late."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
