"""What a panel may be balanced by: the questions, their words and their choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from engagement.panels.rules import DEPRIVATION, FIFTHS, PLACE
from engagement.people.questions import AGE, BY_KEY, PREFER_NOT_TO_SAY, Question

FIFTH_TEXT = {
    "1": _l("Most deprived fifth of England"),
    "2": _l("Second most deprived fifth"),
    "3": _l("Middle fifth"),
    "4": _l("Second least deprived fifth"),
    "5": _l("Least deprived fifth of England"),
}
BUILT_IN = (*BY_KEY, DEPRIVATION, PLACE)
# Where official figures are coarser than what we ask: the answers that make up one target, and
# what it is called.
GROUPS: Mapping[str, Mapping[str, tuple[Any, tuple[str, ...]]]] = {
    "age": {"65-plus": (_l("65 or over"), ("65-74", "75-plus"))},
    "disability": {
        "disabled": (_l("Yes, limited a lot or a little"), ("limited-a-lot", "limited-a-little"))
    },
}


@dataclass(frozen=True)
class Feature:
    """One question for the draw; ``choices`` maps stored values to the words that are shown."""

    key: str
    title: Any
    why: Any
    choices: Mapping[str, Any]

    @property
    def is_where_one_lives(self) -> bool:
        """Whether the answer follows from where somebody lives, and is not asked by itself."""
        return self.key in (DEPRIVATION, PLACE)

    def targets(self) -> dict[str, Any]:
        """What a target can be set for: values and their words, each answer in exactly one."""
        groups = GROUPS.get(self.key, {})
        grouped = {answer for _, answers in groups.values() for answer in answers}
        alone = {value: text for value, text in self.choices.items() if value not in grouped}
        return alone | {value: text for value, (text, _) in groups.items()}

    def target_of(self, answer: str) -> str | None:
        """The target that an answer counts towards; ``None`` where it states nothing."""
        if answer == PREFER_NOT_TO_SAY:
            return None
        for value, (_, answers) in GROUPS.get(self.key, {}).items():
            if answer in answers:
                return value
        return answer

    def accepts(self, value: str) -> bool:
        """Whether this is one of the answers."""
        return value == PREFER_NOT_TO_SAY or value in self.choices

    def text_of(self, value: str) -> Any:
        """The words of a stored value."""
        if value == PREFER_NOT_TO_SAY:
            return _l("Prefer not to say")
        return self.choices.get(value) or self.targets().get(value, value)


def feature_of(key: str, wording: Mapping[str, Any] | None, places: Mapping[str, str]) -> Feature:
    """The feature with this key; ``places``: names by code, for where somebody lives."""
    if wording is not None:
        return Feature(key, wording["title"], wording["why"], dict(wording["choices"]))
    if key == DEPRIVATION:
        return Feature(
            key,
            _l("How deprived the area is"),
            _l("Poverty and health go together. We want all kinds of areas to be heard."),
            FIFTH_TEXT,
        )
    if key == PLACE:
        return Feature(
            key,
            _l("Where you live"),
            _l("So that every part of the area is heard."),
            dict(places),
        )
    question: Question = BY_KEY[key]
    choices = {choice.value: choice.text for choice in question.choices}
    return Feature(key, question.title, question.why, choices)


def fifth_of(decile: int) -> str:
    """The fifth that a decile (1 to 10) lies in."""
    return FIFTHS[(decile - 1) // 2]


def asked(features: Sequence[Feature]) -> list[Feature]:
    """The questions that are asked one a page, in order; where one lives is asked once for all."""
    return [feature for feature in features if not feature.is_where_one_lives]


def ages_of(value: str) -> tuple[int, int | None]:
    """The youngest and the oldest age of an answer about age; ``None`` for no oldest."""
    if value.startswith("under-"):
        return 0, int(value.removeprefix("under-")) - 1
    if value.endswith("-plus"):
        return int(value.removesuffix("-plus")), None
    youngest, oldest = value.split("-")
    return int(youngest), int(oldest)


def answers_for(feature: Feature, least_age: int | None, most_age: int | None) -> dict[str, Any]:
    """The choices of a question that somebody may give who is of the age that a panel is for."""
    if feature.key != AGE.key:
        return dict(feature.choices)
    return {
        value: text
        for value, text in feature.choices.items()
        if can_be_given(feature.key, value, least_age, most_age)
    }


def can_be_given(key: str, value: str, least_age: int | None, most_age: int | None) -> bool:
    """Whether somebody of the age that a panel is for can give this answer, or one that counts
    towards this target."""
    if key != AGE.key:
        return True
    youngest, oldest = ages_of(value)
    too_young = least_age is not None and oldest is not None and oldest < least_age
    too_old = most_age is not None and youngest > most_age
    return not too_young and not too_old


def is_cut(value: str, least_age: int | None, most_age: int | None) -> bool:
    """Whether a panel is for only some of the ages of an answer about age."""
    youngest, oldest = ages_of(value)
    from_below = least_age is not None and youngest < least_age
    from_above = most_age is not None and (oldest is None or oldest > most_age)
    return from_below or from_above
