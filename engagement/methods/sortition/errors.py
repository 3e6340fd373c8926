"""What can be wrong with what a selection is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a file: where, what, and what to do.

    ``row`` counts lines of the file from 1, the heading included; 0 where no row is at fault.
    ``column`` is the heading as written, or empty.
    """

    file: str
    row: int
    column: str
    problem: str

    def __str__(self) -> str:
        where = f", row {self.row}" if self.row else ""
        column = f", column “{self.column}”" if self.column else ""
        return f"{self.file}{where}{column}: {self.problem}"


class SelectionRefused(ValueError):
    """The input cannot be used; ``faults`` holds everything that is wrong with it, in order."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)
