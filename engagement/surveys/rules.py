"""What a survey asks, in which order, and what is an answer: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

N_ = str  # marks a sentence for the catalogue of translations
PREFER_NOT = "prefer-not-to-say"
LONGEST_OPTIONS, LONGEST_TEXT = 30, 5_000
POINTS = (3, 11)
NUMBERS = (-1_000_000, 1_000_000)
ANSWERS_KEPT = 6 * 365
"""Days."""


class Kind(StrEnum):
    """How a question is answered."""

    SINGLE = "one choice"
    MULTIPLE = "several choices"
    SCALE = "scale"
    NUMBER = "number"
    TEXT = "own words"
    RANKING = "ranking"


CHOSEN = (Kind.SINGLE, Kind.MULTIPLE, Kind.SCALE)
"""Answered by choosing; every one of them offers not to say."""
LISTED = (Kind.SINGLE, Kind.MULTIPLE, Kind.RANKING)
"""Whose options are written by those who ask."""


@dataclass(frozen=True)
class Option:
    """What can be chosen; the key lasts over waves and is what is kept: the words at first."""

    key: str
    text: str


@dataclass(frozen=True)
class Asked:
    """A question as it is asked.

    ``page`` counts question sets from 1. ``options`` of a scale are its points, from the lowest;
    ``low`` and ``high`` say what its ends mean. A number is from ``least`` to ``most``, in
    ``unit``. It is shown where the question ``when_key`` was answered with ``when_option``; above
    it stands the data card whose public id is ``card``, if any.
    """

    kind: Kind
    text: str
    page: int = 1
    hint: str = ""
    options: tuple[Option, ...] = ()
    low: str = ""
    high: str = ""
    least: int = 0
    most: int = 100
    unit: str = ""
    when_key: str = ""
    when_option: str = ""
    card: str = ""
    key: str = ""

    def accepts(self, value: Any) -> bool:
        """Whether a value is an answer. Own words are a text, a number is whole."""
        keys = {option.key for option in self.options}
        if self.kind in (Kind.SINGLE, Kind.SCALE):
            return value in keys or value == PREFER_NOT
        if self.kind is Kind.NUMBER:
            return type(value) is int and self.least <= value <= self.most
        if self.kind is Kind.TEXT:
            return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_TEXT
        if not isinstance(value, list) or not value or len(set(value)) < len(value):
            return False
        if self.kind is Kind.MULTIPLE and value == [PREFER_NOT]:
            return True
        return set(value) <= keys

    @property
    def is_needed(self) -> bool:
        """Whether it must be answered: what is chosen can always be left by saying so."""
        return self.kind in CHOSEN

    def chose(self, value: Any, option: str) -> bool:
        """Whether an answer has chosen an option."""
        return option in value if isinstance(value, list) else value == option


@dataclass(frozen=True)
class OtherWords:
    """A question in another language or format; ``options`` in the order of the question's."""

    text: str
    hint: str = ""
    options: tuple[str, ...] = ()
    low: str = ""
    high: str = ""

    def of(self, asked: Asked) -> Asked:
        """The question in these words; what they leave empty stays as it is."""
        options = asked.options
        if len(self.options) == len(options):
            options = tuple(
                Option(option.key, text or option.text)
                for option, text in zip(options, self.options, strict=True)
            )
        return replace(
            asked,
            text=self.text or asked.text,
            hint=self.hint or asked.hint,
            low=self.low or asked.low,
            high=self.high or asked.high,
            options=options,
        )


@dataclass(frozen=True)
class Sheet:
    """The questions of a survey in order, and what somebody answered so far, by key."""

    questions: Sequence[Asked]
    answers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shown(self) -> list[Asked]:
        """The questions that these answers lead to. What is not shown counts as not answered."""
        found: dict[str, Asked] = {}
        for question in self.questions:
            asks = found.get(question.when_key)
            if not question.when_key or (
                asks is not None and asks.chose(self.answers.get(asks.key), question.when_option)
            ):
                found[question.key] = question
        return list(found.values())

    @property
    def pages(self) -> list[int]:
        """The question sets that are shown, by their numbers."""
        return sorted({question.page for question in self.shown})

    def on(self, page: int) -> list[Asked]:
        """The questions of a set that are shown."""
        return [question for question in self.shown if question.page == page]

    def after(self, page: int) -> int | None:
        """The set after one, if there is any."""
        return next((number for number in self.pages if number > page), None)

    def before(self, page: int) -> int | None:
        """The set before one, if there is any."""
        return next((number for number in reversed(self.pages) if number < page), None)

    @property
    def missing(self) -> Asked | None:
        """The first question that must be answered and is not."""
        return next(
            (one for one in self.shown if one.is_needed and one.key not in self.answers), None
        )


def fault_of(question: Asked) -> tuple[str, str] | None:
    """What is wrong with a question as it was written: the field and why; ``None`` if nothing."""
    texts = [option.text for option in question.options]
    if question.kind in LISTED:
        if len(texts) < 2:
            return "options", N_("Write at least two choices, one on a line")
        if len(texts) > LONGEST_OPTIONS:
            return "options", N_("Write at most 30 choices")
        if len({text.casefold() for text in texts}) < len(texts):
            return "options", N_("Two choices are the same. Take one out")
    if question.kind is Kind.NUMBER and question.least >= question.most:
        return "most", N_("The most must be more than the least")
    return None


def rule_holds(question: Asked, questions: Sequence[Asked]) -> bool:
    """Whether what a question depends on stands before it and has that choice.

    ``questions`` are all in order, this one among them.
    """
    if not question.when_key:
        return not question.when_option
    for other in questions:
        if other.key == question.key:
            return False
        if other.key == question.when_key:
            keys = {option.key for option in other.options}
            return other.kind in CHOSEN and question.when_option in keys
    return False


def points(number: int) -> tuple[Option, ...]:
    """The options of a scale with so many points."""
    return tuple(Option(str(point), str(point)) for point in range(1, number + 1))
