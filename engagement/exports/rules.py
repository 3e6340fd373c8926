"""The priority summary as plain content, and its fingerprint: pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum

from engagement.contributions.rules import Channel, ConsentHow, Speaker, State
from engagement.programmes.rules import ActivityKind


@dataclass(frozen=True)
class UsedIn:
    """A paragraph that takes a priority up; ``suggested`` until a person has confirmed it."""

    draft: str
    version: int
    reference: str
    text: str
    relation: str
    suggested: bool


@dataclass(frozen=True)
class Answered:
    """The partnership's answer."""

    answer: str
    reason: str
    owner: str
    due_on: date | None
    progress: str


@dataclass(frozen=True)
class Figure:
    """A published figure beside a priority, with the file that it comes from."""

    name: str
    place: str
    period: str
    value: str
    unit: str
    source: str
    publisher: str
    vintage: str
    licence: str
    sha256: str


@dataclass(frozen=True)
class PriorityLine:
    """A priority with its evidence, what became of it, and the address of its page."""

    number: int
    title: str
    statement: str
    themes: tuple[str, ...]
    contributions: int
    participants: int
    quotes: tuple[str, ...]
    figures: tuple[Figure, ...]
    used_in: tuple[UsedIn, ...]
    answered: Answered | None
    address: str


@dataclass(frozen=True)
class Summary:
    """What a board gets: every priority, and what the figures stand on.

    ``contributions`` and ``participants`` are of the whole corpus.
    """

    partnership: str
    programme: str
    question: str
    contributions: int
    participants: int
    analysed_on: date | None
    run: str
    method: str
    corpus_fingerprint: str
    priorities: Sequence[PriorityLine]

    def fingerprint(self) -> str:
        """SHA-256 (hexadecimal) over all content, in canonical JSON.

        What only says where and when it was made is left out, so that the same words analysed
        again have the same fingerprint: the run, its day, and the addresses of pages.
        """
        told = asdict(self)
        del told["run"], told["analysed_on"]
        for line in told["priorities"]:
            del line["address"]
        content = json.dumps(told, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(content.encode()).hexdigest()


def _one_of(kind: type[StrEnum], about: str) -> dict[str, object]:
    return {"type": "string", "enum": [member.value for member in kind], "description": about}


def _text(about: str, **more: object) -> dict[str, object]:
    return {"type": "string", "description": about, **more}


def _text_or_none(about: str, **more: object) -> dict[str, object]:
    return {"type": ["string", "null"], "description": about, **more}


def _day(about: str) -> dict[str, object]:
    return _text(about, format="date")


CONTRIBUTION_SCHEMA: dict[str, object] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Contributions",
    "description": (
        "What people said in one programme, each with all that must be known about it. What is"
        " held back or taken out by a moderator is in it and marked; what people took back is not."
    ),
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "id": _text("Random id of the contribution; it does not tell when it came."),
            "programme": _text("Id of the programme."),
            "activity": _text_or_none("Id of the activity; empty where it came in a file."),
            "text": _text_or_none(
                "The words, as they were said. Empty where they may tell of harm, so that the"
                " safeguarding lead alone reads them, and where a moderator took them out.",
                minLength=1,
            ),
            "language": _text("Their language, as a BCP 47 tag; empty where nobody said."),
            "translation": _text_or_none("Into English, by a person.", minLength=1),
            "said_on": _day("When it was said: the day."),
            "received_on": _day("When it was received: the day."),
            "place": _text("Where, in people’s own words or by name."),
            "place_code": _text_or_none(
                "Where, by the code of the Government Statistical Service.",
                pattern="^[EW][0-9]{8}$",
            ),
            "method": _one_of(ActivityKind, "How: the kind of activity."),
            "channel": _one_of(Channel, "By which way it came."),
            "prompt": _text("What they were asked, word for word.", minLength=1),
            "data_card": _text_or_none("Id of the data card that was shown with the question."),
            "may_quote": {"type": "boolean", "description": "Whether they agreed to be quoted."},
            "consent": _one_of(ConsentHow, "How they said whether they may be quoted."),
            "speaker": _one_of(Speaker, "In which role they spoke."),
            "counts_as_resident": {
                "type": "boolean",
                "description": "Whether it is in counts of residents and in themes.",
            },
            "speaks_for": _text("The organisation, petition or campaign; else empty."),
            "asked_people": {
                "type": ["integer", "null"],
                "minimum": 0,
                "description": "How many people it asked; empty where it did not say.",
            },
            "asked_how": _text("How it asked them."),
            "state": _one_of(State, "Where it stands; only published and redacted ones count."),
            "state_reason": _text("Why it is held, redacted or taken out."),
            "participant": _text("Random id of who said it, within this programme only."),
            "source": _text("Where it was taken from, such as the minutes of a group."),
            "source_ref": _text("The reference in the file that it came in; else empty."),
            "people": {
                "type": "integer",
                "minimum": 1,
                "description": "How many people said it together, as whoever wrote it down noted.",
            },
            "interpreted": {"type": "boolean", "description": "Whether somebody interpreted."},
        },
    },
}
COLUMNS: tuple[str, ...] = tuple(CONTRIBUTION_SCHEMA["items"]["properties"])  # type: ignore[index]
CONTRIBUTION_SCHEMA["items"]["required"] = list(COLUMNS)  # type: ignore[index]
