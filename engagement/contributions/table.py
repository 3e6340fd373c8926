"""How a table of contributions is read, row by row, with all faults together: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from babel import Locale

from engagement.contributions.rules import LONGEST, Channel, Speaker, clean
from engagement.contributions.tablefile import TableFile
from engagement.documents.sheets import Fault
from engagement.prompts.languages import LANGUAGES

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
    LANGUAGE = "language"


class Copies(StrEnum):
    """What happens to rows that say what was said before."""

    LEAVE_OUT = "leave out"
    KEEP = "keep"


@dataclass(frozen=True)
class Reading:
    """How a file is read: which column holds which part, and what holds for all other rows.

    A part without a column, or with an empty cell, takes its value from the defaults. ``values``
    says for a part what a word of the file stands for. ``only`` are the rows that are taken, as a
    spreadsheet numbers them; ``None`` all. With ``as_campaign`` what many sent in nearly the same
    words counts as a petition or campaign.
    """

    columns: Mapping[Part, str]
    said_on: date
    place: str
    channel: Channel
    prompt: str
    may_quote: bool = False
    speaker: Speaker = Speaker.RESIDENT
    language: str = ""
    values: Mapping[Part, Mapping[str, str]] = field(default_factory=dict)
    only: frozenset[int] | None = None
    copies: Copies = Copies.LEAVE_OUT
    as_campaign: bool = False


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
    language: str


@dataclass(frozen=True)
class AlikeRows:
    """Rows that are nearly the same: their numbers, the words of the first, whether all are."""

    rows: tuple[int, ...]
    words: str
    exact: bool
    in_corpus: bool


@dataclass
class Tally:
    """What reading a file found.

    ``unknown`` are the words of a part that stand for nothing yet. ``copies`` is how many rows were
    left out because they say again what was said; ``alike`` are groups of rows that are nearly the
    same, each with its size, an example, and whether the words are the very same.
    """

    reads: list[Read] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    without_words: int = 0
    unknown: dict[Part, list[str]] = field(default_factory=dict)
    copies: int = 0
    alike: list[AlikeRows] = field(default_factory=list)

    @property
    def broken(self) -> list[int]:
        """The rows that cannot be taken as they are."""
        return sorted({fault.row for fault in self.faults})

    @property
    def repeated(self) -> int:
        """How many rows have the very words of an earlier one."""
        return len(self.reads) - len({read.text for read in self.reads})


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
    used = set(reading.columns.values())
    unread: dict[int, list[Fault]] = {}
    for one in table.faults:
        if one.column in used:
            unread.setdefault(one.row, []).append(one)
    seen: set[str] = set()
    for number, cells in enumerate(table.rows, start=2):
        if reading.only is not None and number not in reading.only:
            continue
        if number in unread:
            tally.faults += unread[number]
            continue
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
        _stand_for(given, reading, tally)
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


def _stand_for(given: dict[Part, str], reading: Reading, tally: Tally) -> None:
    """Put in place of a word of the file what it stands for; note the words that nobody knows."""
    for part, known in KNOWN.items():
        if not (word := given.get(part, "").casefold()):
            continue
        if word in known:
            continue
        listed = tally.unknown.setdefault(part, [])
        if word not in listed and len(listed) < MOST_WORDS:
            listed.append(word)
        given[part] = reading.values.get(part, {}).get(word, given[part])


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
                N_(
                    "This is not a channel: write online, paper, phone, face to face or imported,"
                    " or say below what it stands for."
                ),
            )
        else:
            channel = found
    may_quote = reading.may_quote
    if given.get(Part.MAY_QUOTE):
        answer = YES_NO.get(given[Part.MAY_QUOTE].casefold())
        if answer is None:
            fault(Part.MAY_QUOTE, N_("Write yes or no, or say below what it stands for."))
        else:
            may_quote = answer
    speaker = reading.speaker
    if given.get(Part.SPEAKER):
        role = SPEAKERS.get(given[Part.SPEAKER].casefold())
        if role is None:
            fault(Part.SPEAKER, N_("This is not a role: say below what it stands for, or mend it."))
        else:
            speaker = role
    language = reading.language
    if given.get(Part.LANGUAGE):
        tag = TONGUES.get(given[Part.LANGUAGE].casefold())
        if tag is None:
            fault(
                Part.LANGUAGE,
                N_("This is not a language that is known here: write it like Polish or pl."),
            )
        else:
            language = tag
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
            language,
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
TONGUES = {tag: tag for tag in LANGUAGES} | {
    str(name).casefold(): tag
    for tag, (own, english) in LANGUAGES.items()
    for name in (own, Locale("en").languages[tag])
}
KNOWN: Mapping[Part, Mapping[str, object]] = {
    Part.CHANNEL: CHANNELS,
    Part.SPEAKER: SPEAKERS,
    Part.MAY_QUOTE: YES_NO,
}
"""The parts whose words may stand for something else, and what is understood at once."""
MOST_WORDS = 30
"""Most different words of one part that somebody is asked about."""

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
    Part.LANGUAGE: ("language",),
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
