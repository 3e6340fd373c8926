"""What a contribution must tell beside its words, and which count for what: pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

N_ = str  # marks a sentence for the catalogue of translations

LONGEST = 20_000
"""Most characters of one contribution."""


class Channel(StrEnum):
    """By which way a contribution came."""

    ONLINE = "online"
    PAPER = "paper"
    PHONE = "phone"
    FACE_TO_FACE = "face to face"
    IMPORTED = "imported"


class ConsentHow(StrEnum):
    """How the answer to "may we quote you?" was given."""

    ONLINE = "online"
    PAPER = "paper"
    SPOKEN = "spoken"
    SOURCE = "as the source recorded it"


class Speaker(StrEnum):
    """In which role somebody spoke."""

    RESIDENT = "resident"
    CARER = "carer"
    PROFESSIONAL = "professional"
    ELECTED = "elected member"
    ORGANISATION = "organisation"
    CAMPAIGN = "petition or campaign"


OF_RESIDENTS = (Speaker.RESIDENT, Speaker.CARER)
"""Who is counted, and whose words make themes, unless somebody asks for the others too."""


class State(StrEnum):
    """Where a contribution stands.

    ``HELD``: not, or not yet, for others to read. ``REDACTED``: to be read, with passages taken
    out. ``WITHDRAWN``: in no analysis, page or file to come.
    """

    PUBLISHED = "published"
    HELD = "held"
    WITHDRAWN = "withdrawn"
    REDACTED = "redacted"


TO_BE_READ = (State.PUBLISHED, State.REDACTED)
"""The states in which others may read a contribution, where it may be quoted."""


HARM = "harm"
"""Among the concerns of a contribution: it may tell of harm to somebody."""


class Decided(StrEnum):
    """What somebody decided about a contribution."""

    PUBLISH = "publish"
    HOLD = "hold"
    REDACT = "redact"
    WITHDRAW = "withdraw"


class Telling(StrEnum):
    """How the author of a contribution hears of a decision."""

    MESSAGE = "by message"
    OWN_PAGE = "on their own page"
    BY_PERSON = "by a person"
    NOBODY = "not told"


@dataclass(frozen=True)
class Behalf:
    """For whom an organisation, a petition or a campaign speaks.

    ``asked`` is how many people it asked (0 or more; ``None`` where it did not say), ``how`` the
    way it asked them.
    """

    name: str = ""
    asked: int | None = None
    how: str = ""


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def clean(text: str) -> str:
    """Words as they are kept: no control characters, one kind of line end, nothing round them."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
