"""Passages as the method sees them: distinct, sorted, counted, so that their order is no matter."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Corpus:
    """The distinct passages of a corpus.

    ``texts``: m distinct passages in their sorted order; ``copies``: (m,) how often each occurs;
    ``row_of``: (n,) the row of each passage given, -1 for one without a letter or digit;
    ``fingerprint``: SHA-256 of all n passages, sorted.
    """

    texts: tuple[str, ...]
    copies: tuple[int, ...]
    row_of: tuple[int, ...]
    fingerprint: str


def gather(passages: Sequence[str]) -> Corpus:
    """Gather passages; those that differ only in case, spaces or width of letters are one.

    Of such variants the first in the alphabet stands for all. Raises ``TypeError`` where
    ``passages`` is itself one text or holds anything but texts.
    """
    if isinstance(passages, str) or not all(isinstance(passage, str) for passage in passages):
        raise TypeError("passages must be a sequence of texts")
    keys = [_key(passage) for passage in passages]
    text_of: dict[str, str] = {}
    copies: dict[str, int] = {}
    for key, passage in zip(keys, passages, strict=True):
        if key:
            text_of[key] = min(text_of.get(key, passage), passage)
            copies[key] = copies.get(key, 0) + 1
    distinct = sorted(text_of)
    row = {key: number for number, key in enumerate(distinct)}
    return Corpus(
        tuple(text_of[key] for key in distinct),
        tuple(copies[key] for key in distinct),
        tuple(row.get(key, -1) for key in keys),
        _fingerprint(passages),
    )


def _key(passage: str) -> str:
    """What two passages share that say the same; empty where nothing is said."""
    plain = unicodedata.normalize("NFKC", passage).casefold()
    return " ".join(plain.split()) if any(map(str.isalnum, plain)) else ""


def _fingerprint(passages: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for passage in sorted(passages):
        # A lone half of a surrogate pair cannot be typed, but it can be sent.
        encoded = passage.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(encoded) + encoded)
    return digest.hexdigest()
