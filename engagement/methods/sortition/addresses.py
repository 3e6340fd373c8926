"""Addresses as people type them, brought to one form so that equal ones can be found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# Long forms to short ones: “st” is street or saint, and only the short form is sure to be seen.
SHORT = {
    "apartment": "flat",
    "apt": "flat",
    "avenue": "ave",
    "av": "ave",
    "close": "cl",
    "court": "ct",
    "crescent": "cres",
    "drive": "dr",
    "gardens": "gdns",
    "grove": "gr",
    "lane": "ln",
    "place": "pl",
    "road": "rd",
    "saint": "st",
    "square": "sq",
    "street": "st",
    "ter": "terr",
    "terrace": "terr",
}
_POSTCODE = re.compile(r"\b([a-z]{1,2}\d[a-z\d]?) ?(\d[a-z]{2})\b")
_LETTER_AFTER_NUMBER = re.compile(r"\b(\d+) ([a-z])\b")
_NUMBER_SIGN = re.compile(r"\b(?:no|number) (?=\d)")
_FLAT = re.compile(r"\bflat ?(\d+[a-z]?|[a-z])\b")


def normalise_address(text: str) -> str:
    """One form for an address: empty where nothing is given.

    Small letters, no punctuation, single spaces; the usual words in their short form (``SHORT``),
    “the” and “no.” left out; a flat's number first, wherever it stood; a letter joined to the
    house number before it; a British postcode in one piece. “Flat 3, 15 Maple Avenue” and
    “15 Maple Ave., Apartment 3” become ``flat 3 15 maple ave``.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().replace("&", " and ")
    plain = re.sub(r"['’`]", "", plain)
    words = re.sub(r"[\W_]+", " ", plain).split()
    plain = " ".join(SHORT.get(word, word) for word in words if word != "the")
    plain = _POSTCODE.sub(r"\1\2", plain)
    plain = _NUMBER_SIGN.sub("", plain)
    plain = _LETTER_AFTER_NUMBER.sub(r"\1\2", plain)
    if flat := _FLAT.search(plain):
        rest = f"{plain[: flat.start()]} {plain[flat.end() :]}"
        plain = " ".join(f"flat {flat[1]} {rest}".split())
    return plain


def is_communal(address: str, communal: Sequence[str]) -> bool:
    """Whether a normalised address holds one of ``communal``, normalised too, as whole words.

    “12 High Street” is held by “Room 4, 12 High Street”, and not by “112 High Street”.
    """
    return any(f" {place} " in f" {address} " for place in communal)
