"""What can go wrong with places."""

from __future__ import annotations

from dataclasses import dataclass

MOST_SHOWN = 100


@dataclass(frozen=True)
class Fault:
    """What is wrong in a file: where (``row`` counts from 1, the header too), and what to do."""

    problem: str
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        where = [f"row {self.row}"] if self.row else []
        where += [f"column “{self.column}”"] if self.column else []
        return f"{', '.join(where)}: {self.problem}" if where else self.problem


class FileRefused(Exception):
    """A file of reference data has faults, and nothing of it was imported.

    ``faults`` are the first of them in the order of the file, ``more`` how many others there are.
    """

    def __init__(self, faults: list[Fault], more: int = 0) -> None:
        super().__init__(f"{len(faults) + more} faults")
        self.faults, self.more = faults, more


class FileNeeded(Exception):
    """The product carries no file of this kind; one must be named."""


class BandsDoNotNest(Exception):
    """Age bands cannot be summed into the wanted ones; the argument is the band at fault."""


class InvalidPostcode(Exception):
    """What was typed has not the form of a postcode. It is never repeated."""


class UnknownPostcode(Exception):
    """No live English postcode reads so. It is never repeated."""


class PostcodesNotImported(Exception):
    """There is no table of postcodes here: let the person pick their area from a list."""
