"""Rows of a file that say again what was said: in the file, or in the corpus already."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import select

from engagement.contributions.models import Contribution
from engagement.contributions.queries import in_corpus
from engagement.contributions.rules import Speaker
from engagement.contributions.table import AlikeRows, Copies, Read, Reading, Tally
from engagement.extensions import db

MOST_COMPARED = 20_000
"""Most texts, of the file and the corpus together, that are compared with each other."""
LONG_ENOUGH = 8
"""From so many words on nobody else says the very same by chance."""
CAMPAIGN = 5
"""From so many nearly equal texts on they are likely to be a petition or a campaign."""
_SPACE = re.compile(r"\s+")


def look_for_copies(programme_id: int, tally: Tally, reading: Reading) -> None:
    """Find what is said again, leave it out where it is to be, and mark campaigns as such.

    A row is a copy where an earlier row, or the corpus, has the same words of the same day and
    place, and they are of the same respondent or too many to be the same by chance.
    """
    there = db.session.execute(
        select(Contribution.text, Contribution.said_on, Contribution.place_name)
        .where(*in_corpus(programme_id))
        .order_by(Contribution.id)
        .limit(MOST_COMPARED)
    ).all()
    held = {(_same(row.text), row.said_on, row.place_name) for row in there}
    tally.alike = list(_alike(tally.reads, [row.text for row in there]))
    if reading.as_campaign:
        many = {row for one in tally.alike if len(one.rows) >= CAMPAIGN for row in one.rows}
        tally.reads = [
            replace(read, speaker=Speaker.CAMPAIGN) if read.row in many else read
            for read in tally.reads
        ]
    if reading.copies is Copies.LEAVE_OUT:
        kept = list(_first(tally.reads, held))
        tally.copies = len(tally.reads) - len(kept)
        tally.reads = kept


def _first(reads: Sequence[Read], held: set[tuple[str, object, str]]) -> Iterator[Read]:
    seen: set[tuple[object, ...]] = set()
    for read in reads:
        words = _same(read.text)
        key = (words, read.said_on, read.place)
        by_chance = len(words.split()) < LONG_ENOUGH
        by_whom = (*key, read.respondent)
        again = (read.respondent and by_whom in seen) or (
            not by_chance and not read.respondent and (key in seen or key in held)
        )
        seen |= {key, by_whom}
        if not again:
            yield read


def _same(text: str) -> str:
    return _SPACE.sub(" ", text).strip().casefold()


def _alike(reads: Sequence[Read], there: Sequence[str]) -> Iterator[AlikeRows]:
    """Groups of rows of the file that are nearly the same as each other, or as the corpus."""
    from engagement.methods.duplicates import near_duplicates  # it carries heavy libraries

    room = max(0, MOST_COMPARED - len(reads))
    texts = [read.text for read in reads[:MOST_COMPARED]] + list(there[:room])
    if len(texts) < 2:
        return
    for group in near_duplicates(texts):
        rows = tuple(reads[place].row for place in group.places if place < len(reads))
        if rows:
            in_corpus_too = len(rows) < len(group.places)
            yield AlikeRows(rows, texts[group.places[0]][:200], group.exact, in_corpus_too)
