"""What a survey found: shares by question, and what changed since the wave before.

Only answers that were sent count, and only to questions that the answers led to. Every figure is
made of counts as they may be shown: small ones hidden, the others rounded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import func, select

from engagement.contributions.models import Contribution
from engagement.extensions import db
from engagement.membership.models import Member, MemberContact
from engagement.methods.change.intervals import Estimate, change_of_others, change_of_the_same
from engagement.methods.disclosure.counts import shown_count, shown_counts
from engagement.panels.models import Registration
from engagement.people.models import ParticipantLink
from engagement.surveys.models import SurveyAnswer, SurveyAsk, SurveyQuestion, SurveyResponse
from engagement.surveys.queries import questions_of_both
from engagement.surveys.rules import CHOSEN, PREFER_NOT, Asked, Kind, Sheet

LEAST_PEOPLE = 8
"""For a median, and for a change."""


@dataclass(frozen=True)
class Reached:
    """How many were invited, began and sent; ``None`` is hidden. Open surveys invite nobody."""

    invited: int | None
    begun: int | None
    sent: int | None
    invited_sent: int | None


@dataclass(frozen=True)
class Line:
    """How many chose something, as it may be shown, and their share of those who answered."""

    text: str
    count: int | None
    share: float | None


@dataclass(frozen=True)
class Finding:
    """What people answered to a question.

    ``people``: who answered it, rounded, or ``None``; ``lines``: by option, for a ranking how many
    put it first; ``middle``: the median of a number; ``said``: how many wrote something.
    """

    asked: Asked
    people: int | None
    lines: tuple[Line, ...] = ()
    middle: float | None = None
    said: int | None = None


@dataclass(frozen=True)
class Change:
    """An option's shares in two waves, and the change; ``None`` where it must not be told."""

    text: str
    before: float | None
    after: float | None
    change: Estimate | None


@dataclass(frozen=True)
class Trend:
    """A question in two waves: all who answered each, then those alone who answered both."""

    asked: Asked
    people: tuple[int | None, int | None]
    everybody: tuple[Change, ...]
    matched_people: int | None
    matched: tuple[Change, ...]


Answers = dict[int, dict[str, Any]]
"""By participant, then by question; what was not shown to them is left out."""


def reached_by(survey_id: int) -> Reached:
    """How many people a survey reached."""
    asked = (
        select(Member.registration_id, Member.id)
        .join(MemberContact, MemberContact.member_id == Member.id)
        .join(SurveyAsk, SurveyAsk.ask_id == MemberContact.ask_id)
        .where(SurveyAsk.survey_id == survey_id)
        .distinct()
        .subquery()
    )
    own = SurveyResponse.survey_id == survey_id
    sent_by_asked = (
        select(func.count(SurveyResponse.id.distinct()))
        .join(ParticipantLink, ParticipantLink.participant_id == SurveyResponse.participant_id)
        .join(Registration, Registration.resident_id == ParticipantLink.resident_id)
        .join(asked, asked.c.registration_id == Registration.id)
        .where(own, SurveyResponse.sent_at.is_not(None))
    )
    counts = db.session.execute(
        select(
            select(func.count()).select_from(asked).scalar_subquery(),
            select(func.count()).select_from(SurveyResponse).where(own).scalar_subquery(),
            select(func.count(SurveyResponse.sent_at)).where(own).scalar_subquery(),
            sent_by_asked.scalar_subquery(),
        )
    ).one()
    return Reached(*(shown_count(count) for count in counts))


@dataclass(frozen=True)
class Stayed:
    """Of those who answered the wave before, how many answered again and how many did not."""

    before: int | None
    again: int | None
    gone: int | None


@dataclass(frozen=True)
class Found:
    """What people answered, question by question, and what changed since the wave before."""

    findings: list[Finding]
    trends: list[Trend]
    stayed: Stayed | None


def results_of(survey_id: int, before_id: int | None = None) -> Found:
    """The results of a survey; with the wave before, what changed in the questions with choices
    that both ask."""
    questions, old = questions_of_both(survey_id, before_id)
    answers = _answers(survey_id, before_id)
    now = _shown(answers.get(survey_id, {}), questions)
    before = _shown(answers.get(before_id or 0, {}), old)
    kinds = {asked.key: asked.kind for asked in old}
    again = len(before.keys() & now.keys())
    counts = shown_counts([again, len(before) - again])
    return Found(
        [
            _finding(asked, [one[asked.key] for one in now.values() if asked.key in one])
            for asked in questions
        ],
        [
            _trend(asked, before, now)
            for asked in questions
            if asked.kind in CHOSEN and kinds.get(asked.key) is asked.kind
        ],
        Stayed(counts.total, *counts.cells) if before_id else None,
    )


def _answers(survey_id: int, before_id: int | None) -> dict[int, Answers]:
    """What was sent, by survey, participant and question."""
    rows = db.session.execute(
        select(
            SurveyResponse.survey_id,
            SurveyResponse.participant_id,
            SurveyQuestion.key,
            SurveyAnswer.value,
            Contribution.text,
        )
        .join(SurveyAnswer, SurveyAnswer.response_id == SurveyResponse.id)
        .join(SurveyQuestion, SurveyQuestion.id == SurveyAnswer.question_id)
        .outerjoin(Contribution, Contribution.id == SurveyAnswer.contribution_id)
        .where(
            SurveyResponse.survey_id.in_([survey_id, before_id or survey_id]),
            SurveyResponse.sent_at.is_not(None),
        )
    )
    found: dict[int, Answers] = {}
    for survey, participant, key, value, text in rows:
        given = value if value is not None else text
        if given is not None:
            found.setdefault(survey, {}).setdefault(participant, {})[key] = given
    return found


def _shown(answers: Answers, questions: Sequence[Asked]) -> Answers:
    """The answers without those to questions that they did not lead to."""
    found: Answers = {}
    for participant, one in answers.items():
        shown = {asked.key for asked in Sheet(questions, one).shown}
        found[participant] = {key: value for key, value in one.items() if key in shown}
    return found


def _told(value: Any) -> bool:
    return value not in (PREFER_NOT, [PREFER_NOT])


def _finding(asked: Asked, values: list[Any]) -> Finding:
    told = [value for value in values if _told(value)]
    if asked.kind is Kind.TEXT:
        return Finding(asked, shown_count(len(told)), said=shown_count(len(told)))
    if asked.kind is Kind.NUMBER:
        enough = len(told) >= LEAST_PEOPLE
        return Finding(asked, shown_count(len(told)), middle=median(told) if enough else None)
    if asked.kind is Kind.MULTIPLE:
        pairs = [
            shown_counts([chose, len(told) - chose])
            for chose in (sum(option.key in value for value in told) for option in asked.options)
        ]
        lines = [
            Line(option.text, pair.cells[0], pair.share(0))
            for option, pair in zip(asked.options, pairs, strict=True)
        ]
        return Finding(asked, shown_count(len(told)), tuple(lines))
    first = [value[0] if asked.kind is Kind.RANKING else value for value in told]
    counts = Counter(first)
    shown = shown_counts([counts[option.key] for option in asked.options])
    lines = [
        Line(option.text, shown.cells[place], shown.share(place))
        for place, option in enumerate(asked.options)
    ]
    return Finding(asked, shown.total, tuple(lines))


def _trend(asked: Asked, before: Answers, after: Answers) -> Trend:
    old = {who: one[asked.key] for who, one in before.items() if asked.key in one}
    new = {who: one[asked.key] for who, one in after.items() if asked.key in one}
    old = {who: value for who, value in old.items() if _told(value)}
    new = {who: value for who, value in new.items() if _told(value)}
    both = [who for who in old if who in new]
    everybody, matched = [], []
    for option in asked.options:
        was = {who: asked.chose(value, option.key) for who, value in old.items()}
        is_ = {who: asked.chose(value, option.key) for who, value in new.items()}
        everybody.append(_change(option.text, list(was.values()), list(is_.values())))
        matched.append(_same(option.text, [(was[who], is_[who]) for who in both]))
    return Trend(
        asked,
        (shown_count(len(old)), shown_count(len(new))),
        tuple(everybody),
        shown_count(len(both)),
        tuple(matched),
    )


def _shown_share(chosen: list[bool]) -> tuple[float | None, tuple[int, int] | None]:
    """The share as it may be shown, and the counts that it is of."""
    pair = shown_counts([sum(chosen), len(chosen) - sum(chosen)])
    count, total, share = pair.cells[0], pair.total, pair.share(0)
    if share is None or count is None or not total or len(chosen) < LEAST_PEOPLE:
        return None, None
    return share, (min(count, total), total)


def _change(text: str, was: list[bool], is_: list[bool]) -> Change:
    (before, old), (after, new) = _shown_share(was), _shown_share(is_)
    change = change_of_others(old, new) if old and new else None
    return Change(text, before, after, change)


def _same(text: str, pairs: list[tuple[bool, bool]]) -> Change:
    before, old = _shown_share([one for one, _ in pairs])
    after, new = _shown_share([other for _, other in pairs])
    if old is None or new is None:
        return Change(text, before, after, None)
    kinds = Counter(pairs)
    counted = [kinds[one, other] for one in (True, False) for other in (True, False)]
    both, gone, come, neither = counted
    exact = change_of_the_same(both, gone, come, neither)
    # The change of what is shown, so that the page adds up; the reach from those who answered both.
    change = after - before if before is not None and after is not None else exact.value
    reach = (exact.low - exact.value, exact.high - exact.value)
    return Change(text, before, after, Estimate(change, change + reach[0], change + reach[1]))
