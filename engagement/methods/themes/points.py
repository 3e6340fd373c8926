"""The points of a contribution: the passages that each say one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

SHORTEST = 4  # words; fewer seldom say something by themselves

_BULLET = r"[-*+•·‣▪●–—]+|\(?(?:\d{1,2}|[a-zA-Z])[.)]"
_LINE_START = re.compile(rf"\s*(?:(?P<bullet>{_BULLET})\s+)?")
# Line breaks of every kind, and bullets within a line.
_BREAK = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+|(?=[•‣▪●])")
_WORD = re.compile(r"[^\W_]+(?:['’.:-][^\W_]+)*")
# A full stop with a space after it, or with a capital ("was long.Staff"); other scripts' ends.
_END = re.compile(
    r"(?<![.!?…؟])[.!?…؟]++[\"'”’)\]]*+(?=\s)|(?<=[a-z]{2})[.!?]++(?=[A-Z][a-z])|[。！？।۔]++"
)
_ABBREVIATED = re.compile(
    r"(?:^|[^\w.])(?:dr|mr|mrs|ms|prof|rev|st|vs|eg|e\.g|ie|i\.e|cf|[a-hj-z])\.$", re.IGNORECASE
)
# These end a sentence as often as not; the next letter tells.
_PERHAPS_ABBREVIATED = re.compile(
    r"(?:^|[^\w.])(?:etc|a\.?m|p\.?m|hrs?|mins?|n\.h\.s|nos?|tel|ext|approx|dept|appts?"
    r"|mon|tues?|wed|thurs?|fri|sat|sun|jan|feb|mar|apr|aug|sept?|oct|nov|dec)\.$",
    re.IGNORECASE,
)
_FOLLOWING = re.compile(r"\S")
_LONGEST_ABBREVIATION = 12  # letters and stops, with the one before it


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold().replace("’", "'").replace("/", " ")))


# What people write into a box that they would rather have left empty.
NO_ANSWER = frozenset(
    _plain(answer)
    for answer in """
    N/A|N.A.|NA|nil|no|nope|none|nothing|nowt|blank|unknown|not applicable|not sure|unsure
    don't know|dont know|do not know|no idea|no answer|no reply|no response|no comment|no comments
    no further comment|no further comments|no other comments|no suggestions|no suggestion
    none at all|nothing at all|nothing really|not really|no not really|no nothing|no none
    nothing else|nothing more|nothing further|nothing to add|nothing to say|nothing to report
    nothing comes to mind|nothing springs to mind|nothing I can think of|can't think of anything
    cant think of anything|cannot think of anything|can't think of any|see above|as above
    same as above|see previous answer
    """.replace("\n", "|").split("|")
    if answer.strip()
)


@dataclass(frozen=True)
class Span:
    """A passage of a text: ``text[start:end]``, in characters."""

    start: int
    end: int


def split_points(text: str) -> list[Span]:
    """Find the passages of ``text`` that each say one thing, in order, none overlapping.

    Sentences, lines and items of lists; a fragment of fewer than four words joins the one before
    it (the first one, that after it) unless it is an item of a list. White space and list marks
    around a passage are left out. What has no letter or digit, and what says that nothing is said
    ("N/A", "none", "no comment": ``NO_ANSWER``, English), is no point.
    """
    points: list[tuple[Span, bool]] = []
    for span, listed in _pieces(text):
        last, last_listed = points[-1] if points else (span, True)
        if not (listed or last_listed) and (_short(text, span) or _short(text, last)):
            points[-1] = (Span(last.start, span.end), False)
        else:
            points.append((span, listed))
    return [span for span, _listed in points]


def _short(text: str, span: Span) -> bool:
    words = _WORD.finditer(text, span.start, span.end)
    return sum(1 for _ in islice(words, SHORTEST)) < SHORTEST


def _pieces(text: str) -> Iterator[tuple[Span, bool]]:
    """Sentences that say something; and whether each is a whole item of a list by itself."""
    for start, end in _lines(text):
        opening = _LINE_START.match(text, start, end)
        assert opening is not None
        sentences = list(_sentences(text, opening.end(), end))
        for span in sentences:
            piece = text[span.start : span.end]
            if any(map(str.isalnum, piece)) and _plain(piece) not in NO_ANSWER:
                yield span, opening["bullet"] is not None and len(sentences) == 1


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _BREAK.finditer(text):
        yield start, gap.start()
        start = gap.end()
    yield start, len(text)


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    for stop in _END.finditer(text, start, end):
        if not _goes_on(text, start, stop, end):
            yield from _trimmed(text, start, stop.end())
            start = stop.end()
    yield from _trimmed(text, start, end)


def _goes_on(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    """Whether the full stop belongs to an abbreviation ("Dr.", "e.g.") and the sentence goes on."""
    after_mark = stop.start() + 1
    if stop.group()[0] != "." or stop.group()[1:2] in (".", "!", "?"):
        return False
    said = text[max(start, after_mark - _LONGEST_ABBREVIATION) : after_mark]
    following = _FOLLOWING.search(text, stop.end(), end)
    return bool(_ABBREVIATED.search(said)) or bool(
        _PERHAPS_ABBREVIATED.search(said) and following and not following.group().isupper()
    )


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    inner = text[start:end]
    if stripped := inner.strip():
        begin = start + inner.index(stripped)
        yield Span(begin, begin + len(stripped))
