"""The programs with which anybody checks a draw, as they ride in its packs."""

from __future__ import annotations

from importlib.resources import files

PROGRAMS = ("verify_draw.py", "audit_draw.py")


def verifiers() -> tuple[str, str]:
    """The texts of the two programs that ride in the packs: ``PROGRAMS``."""
    room = files("engagement.methods.sortition")
    first, second = (room.joinpath(name).read_text("utf-8") for name in PROGRAMS)
    return first, second
