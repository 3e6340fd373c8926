"""Words and two-word phrases of a passage, by their stems."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from nltk.stem.snowball import EnglishStemmer
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

LONGEST_WORD = 40  # letters; what is longer was not typed as a word
_WORD = re.compile(r"[^\W_]+(?:['&][^\W_]+)*")
_CONTRACTION = re.compile(r".+(?:n't|'(?:d|ll|m|re|ve))$")
# What people say in passing about any subject; the published lists leave it in.
FILLERS = frozenset(
    "actually bit did does doing got just know like lot lots quite really said say thing things"
    " think thought went".split()
)
_UNSAID = ENGLISH_STOP_WORDS | FILLERS
_stemmer = EnglishStemmer()


class Term(NamedTuple):
    """A word or phrase: its stems, joined by a space, and how it was written."""

    stem: str
    surface: str


def terms(text: str) -> Iterator[Term]:
    """The words of a text that are no stop words, and the pairs of them that stand side by side.

    Stems are those of the Snowball stemmer for English (Porter 2001); stop words those of
    scikit-learn, a few fillers, and contractions such as "don't". Words of other languages pass
    as they are.
    """
    plain = unicodedata.normalize("NFKC", text).replace("’", "'")
    before: Term | None = None
    end = 0
    for match in _WORD.finditer(plain):
        word = match.group()
        stem = _stem(word.casefold())
        if stem is None:
            before = None
            continue
        term = Term(stem, word.removesuffix("'s"))
        yield term
        if before is not None and not plain[end : match.start()].strip(" -"):
            yield Term(f"{before.stem} {term.stem}", f"{before.surface} {term.surface}")
        before, end = term, match.end()


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str | None:
    """The stem of a word, or ``None`` for one that says nothing by itself."""
    word = word.removesuffix("'s")
    unsaid = word in _UNSAID or _CONTRACTION.match(word)
    if unsaid or not 1 < len(word) <= LONGEST_WORD:
        return None
    return str(_stemmer.stem(word)) or None
