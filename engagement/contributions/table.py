"""How a table of contributions is read, row by row, with all faults together: pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from engagement.contributions.rules import LONGEST, Channel, Speaker, clean
from engagement.documents.sheets import Fault, NotATable, read_csv

N_ = str  # marks a sentence for the catalogue of translations


class Part(StrEnum):
    """What a column of a file can hold."""

    TEXT = "text"
    REFERENCE = "reference"
    RESPONDENT = "respondent"
    SAID_ON = "said_on"
    PLACE = "place"
    CHANNEL = "channel"
    PROMPT = "prompt"
    MAY_QUOTE = "may_quote"
    SPEAKER = "speaker"


@dataclass(frozen=True)
class Reading:
    """How a file is read: which column holds which part, and what holds for all other rows.

    A part without a column, or with an empty cell, takes its value from the defaults.
    """

    columns: Mapping[Part, str]
    said_on: date
    place: str
    channel: Channel
    prompt: str
    may_quote: bool = False
    speaker: Speaker = Speaker.RESIDENT


@dataclass(frozen=True)
class Read:
    """One row of a file that can be taken."""

    row: int
    text: str
    reference: str
    respondent: str
    said_on: date
    place: str
    channel: Channel
    prompt: str
    may_quote: bool
    speaker: Speaker


@dataclass(frozen=True)
class TableFile:
    """A file as a table: its headings and its rows, each as long as the headings."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass
class Tally:
    """What reading a file found."""

    reads: list[Read] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    without_words: int = 0

    @property
    def repeated(self) -> int:
        """How many rows have the very words of an earlier one."""
        return len(self.reads) - len({read.text for read in self.reads})


def read_table(content: bytes) -> TableFile:
    """Read a CSV file whose first row holds the headings. Raises ``NotATable``."""
    lines = read_csv(content)
    headings = tuple(cell.strip() for cell in lines[0])
    named = [name for name in headings if name]
    if twice := [name for name, count in Counter(named).items() if count > 1]:
        raise NotATable(
            N_("Two columns have the same heading. Give each its own: ") + ", ".join(twice[:5])
        )
    if not named:
        raise NotATable(N_("The first row must hold the headings of the columns."))
    return TableFile(headings, tuple(map(tuple, lines[1:])))


def read_rows(table: TableFile, reading: Reading) -> Tally:
    """Read every row of a table; the faults of all rows come together.

    Rows without words are counted and left out; they are no faults.
    """
    tally = Tally()
    place = {name: index for index, name in enumerate(table.headings)}
    for part, column in reading.columns.items():
        if column not in place:
            tally.faults.append(
                Fault(1, column, N_("There is no column of this name."), part.value)
            )
    if tally.faults:
        return tally
    seen: set[str] = set()
    for number, cells in enumerate(table.rows, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(table.headings):
            tally.faults.append(
                Fault(
                    number,
                    "",
                    N_("The row has more cells than there are headings: look for a stray comma."),
                )
            )
            continue
        given = {
            part: cells[place[column]].strip() if place[column] < len(cells) else ""
            for part, column in reading.columns.items()
        }
        read, faults = _read_row(number, given, reading)
        if read is None and not faults:
            tally.without_words += 1
            continue
        reference = given.get(Part.REFERENCE, "")
        if reference in seen:
            faults.append(
                Fault(
                    number,
                    reading.columns[Part.REFERENCE],
                    N_("The reference stands in an earlier row too."),
                    reference[:40],
                )
            )
        if reference:
            seen.add(reference)
        tally.faults += faults
        if read is not None and not faults:
            tally.reads.append(read)
    return tally


def _read_row(
    number: int, given: Mapping[Part, str], reading: Reading
) -> tuple[Read | None, list[Fault]]:
    faults: list[Fault] = []

    def fault(part: Part, problem: str) -> None:
        value = "" if part is Part.TEXT else given[part][:40]
        faults.append(Fault(number, reading.columns[part], problem, value))

    text = clean(given[Part.TEXT])
    if len(text) > LONGEST:
        fault(Part.TEXT, N_("The text is longer than 20,000 characters: split the row."))
    said_on = reading.said_on
    if given.get(Part.SAID_ON):
        parsed = parse_day(given[Part.SAID_ON])
        if parsed is None:
            fault(Part.SAID_ON, N_("This is not a date: write it like 30/09/2025 or 2025-09-30."))
        else:
            said_on = parsed
    channel = reading.channel
    if given.get(Part.CHANNEL):
        found = CHANNELS.get(given[Part.CHANNEL].casefold())
        if found is None:
            fault(
                Part.CHANNEL,
                N_("This is not a channel: write online, paper, phone, face to face or imported."),
            )
        else:
            channel = found
    may_quote = reading.may_quote
    if given.get(Part.MAY_QUOTE):
        answer = YES_NO.get(given[Part.MAY_QUOTE].casefold())
        if answer is None:
            fault(Part.MAY_QUOTE, N_("Write yes or no."))
        else:
            may_quote = answer
    speaker = reading.speaker
    if given.get(Part.SPEAKER):
        role = SPEAKERS.get(given[Part.SPEAKER].casefold())
        if role is None:
            fault(Part.SPEAKER, N_("Write resident or professional."))
        else:
            speaker = role
    if faults or not text:
        return None, faults
    return (
        Read(
            number,
            text,
            given.get(Part.REFERENCE, ""),
            given.get(Part.RESPONDENT, ""),
            said_on,
            given.get(Part.PLACE) or reading.place,
            channel,
            given.get(Part.PROMPT) or reading.prompt,
            may_quote,
            speaker,
        ),
        [],
    )


CHANNELS = {channel.value: channel for channel in Channel} | {
    "phone call": Channel.PHONE,
    "telephone": Channel.PHONE,
    "face-to-face": Channel.FACE_TO_FACE,
    "in person": Channel.FACE_TO_FACE,
    "post": Channel.PAPER,
    "web": Channel.ONLINE,
    "e-mail": Channel.ONLINE,
    "email": Channel.ONLINE,
}
YES_NO = dict.fromkeys(("yes", "y", "true", "1"), True) | dict.fromkeys(
    ("no", "n", "false", "0"), False
)
SPEAKERS = {role.value: role for role in Speaker}

_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d/%m/%y")


def parse_day(text: str) -> date | None:
    """A date as people write it in Britain, with or without a time after it; otherwise ``None``."""
    text = text.strip()
    for candidate in (text, text.split("T")[0], text.rsplit(" ", 1)[0]):
        for form in _DAYS:
            try:
                return datetime.strptime(candidate, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
    return None


_GUESSES: Mapping[Part, tuple[str, ...]] = {
    Part.TEXT: ("text", "comment", "comments", "answer", "response", "feedback", "words"),
    Part.REFERENCE: ("id", "comment_id", "reference", "ref", "row_id"),
    Part.RESPONDENT: ("respondent", "respondent_id", "participant", "person", "participant_id"),
    Part.SAID_ON: ("date", "said_on", "when", "submitted", "created"),
    Part.PLACE: ("place", "area", "where", "ward", "locality", "town"),
    Part.CHANNEL: ("channel",),
    Part.PROMPT: ("question", "prompt"),
    Part.MAY_QUOTE: ("may_quote", "quote", "consent", "consent to quote"),
    Part.SPEAKER: ("role", "speaker"),
}


def guess_columns(headings: Iterable[str]) -> dict[Part, str]:
    """The column that each part is likely to stand in, by its heading."""
    by_name = {heading.casefold().replace("-", "_"): heading for heading in reversed([*headings])}
    return {
        part: by_name[name]
        for part, names in _GUESSES.items()
        for name in reversed(names)
        if name in by_name
    }


def sample(rows: Sequence[Read], count: int = 3) -> list[Read]:
    """A few rows from all over a file, to look at before it is taken."""
    step = max(1, len(rows) // count)
    return list(rows[::step][:count])
