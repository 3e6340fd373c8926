"""Use cases of those who make a survey: its questions, waves, whom it is sent to, its results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace

from sqlalchemy import func, select

from engagement.audit.service import record
from engagement.database import clock
from engagement.database.columns import new_public_id
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.membership.asking import Question, ask
from engagement.membership.models import MemberAsk
from engagement.programmes.models import Activity
from engagement.programmes.rules import ActivityKind
from engagement.programmes.service import ActivityPlan, Visible, add_activity, programme_of
from engagement.prompts.queries import around, cards_named, find_wording
from engagement.prompts.wordings import Wording, set_activity_wording
from engagement.surveys.errors import AnswersThere, BadQuestion, BadRule, UnknownSurvey
from engagement.surveys.models import Survey, SurveyAsk, SurveyQuestion
from engagement.surveys.queries import asked_of, has_answers, questions_of
from engagement.surveys.rules import Asked, Kind, OtherWords, fault_of, rule_holds

N_ = str  # marks a sentence for the catalogue of translations


@transactional
def add_question(visible: Visible, programme: str, activity: str, asked: Asked) -> str:
    """Add a question at the end of its set; returns its key, which lasts over waves.

    Raises ``UnknownSurvey``, ``AnswersThere``, ``BadQuestion`` or ``BadRule``.
    """
    survey = _survey(visible, programme, activity)
    _unanswered(survey)
    key = new_public_id()
    place = db.session.scalar(
        select(func.max(SurveyQuestion.place)).where(SurveyQuestion.survey_id == survey.id)
    )
    row = SurveyQuestion(survey_id=survey.id, key=key, place=(place or 0) + 1)
    _write(row, replace(asked, key=key))
    db.session.add(row)
    db.session.flush()
    _check(survey, row)
    record("survey.question_added", "activity", activity, facts={"kind": asked.kind})
    return key


@transactional
def change_question(
    visible: Visible, programme: str, activity: str, key: str, asked: Asked
) -> None:
    """Change a question that nobody answered yet. Raises as ``add_question``."""
    survey = _survey(visible, programme, activity)
    row = _question(survey, key)
    _unanswered(survey)
    _write(row, replace(asked, key=key))
    db.session.flush()
    for other in _rows(survey):
        _check(survey, other)
    record("survey.question_changed", "activity", activity, facts={"kind": asked.kind})


@transactional
def remove_question(visible: Visible, programme: str, activity: str, key: str) -> None:
    """Take a question out. Raises as ``add_question``; ``BadRule`` where another depends on it."""
    survey = _survey(visible, programme, activity)
    row = _question(survey, key)
    _unanswered(survey)
    db.session.delete(row)
    db.session.flush()
    for other in _rows(survey):
        _check(survey, other)
    record("survey.question_removed", "activity", activity)


@transactional
def move_question(visible: Visible, programme: str, activity: str, key: str, *, up: bool) -> None:
    """Let a question change places with its neighbour in the set. Raises as ``add_question``."""
    survey = _survey(visible, programme, activity)
    row = _question(survey, key)
    _unanswered(survey)
    beside = [other for other in _rows(survey) if other.page == row.page]
    at = beside.index(row) + (-1 if up else 1)
    if 0 <= at < len(beside):
        other = beside[at]
        row.place, other.place = other.place, row.place
        db.session.flush()
        for one in _rows(survey):
            _check(survey, one)
        record("survey.question_moved", "activity", activity)


@transactional
def change_survey(visible: Visible, programme: str, activity: str, *, asked_only: bool) -> None:
    """Set who may answer: everyone, or members who were asked. Raises ``UnknownSurvey``."""
    survey = _survey(visible, programme, activity)
    survey.asked_only = asked_only
    record("survey.changed", "activity", activity, facts={"asked_only": asked_only})


@transactional
def set_words(
    visible: Visible,
    programme: str,
    activity: str,
    wording: str,
    words: Mapping[str, OtherWords],
) -> None:
    """Put the questions into another language or format, by their keys, also once answered.

    ``wording`` is the public id of a wording of the activity. Raises ``UnknownSurvey``.
    """
    survey = _survey(visible, programme, activity)
    if find_wording(survey.activity_id, wording) is None:
        raise UnknownSurvey(wording)
    for row in _rows(survey):
        if row.key in words:
            row.wordings = {**row.wordings, wording: asdict(words[row.key])}
    record("survey.worded", "activity", activity, facts={"questions": len(words)})


@transactional
def next_wave(visible: Visible, programme: str, activity: str, title: str) -> str:
    """A new activity that asks the same questions again, by the same keys and in the same
    languages and formats; returns its public id.

    It is a draft. Raises ``UnknownSurvey``.
    """
    survey = _survey(visible, programme, activity)
    latest = db.session.scalars(
        select(Survey).where(Survey.series == survey.series).order_by(Survey.wave.desc()).limit(1)
    ).one()
    before = db.session.get_one(Activity, latest.activity_id)
    plan = ActivityPlan(
        ActivityKind.SURVEY_WAVE, title, before.about, before.prompt, before.offline_routes
    )
    public_id = add_activity(visible, programme, plan)
    made = Survey(
        activity_id=db.session.scalars(
            select(Activity.id).where(Activity.public_id == public_id)
        ).one(),
        series=latest.series,
        wave=latest.wave + 1,
        asked_only=latest.asked_only,
    )
    db.session.add(made)
    db.session.flush()
    there = around([before.id])[before.id].wordings
    wordings = {
        one.public_id: set_activity_wording(
            visible,
            programme,
            public_id,
            Wording(one.format, one.language, "", one.about, one.prompt, one.address),
        )
        for one in there
    }
    for place, kept in enumerate(_rows(latest), start=1):
        row = SurveyQuestion(survey_id=made.id, key=kept.key, place=place)
        _write(row, asked_of(kept))
        row.wordings = {
            wordings[old]: words for old, words in kept.wordings.items() if old in wordings
        }
        db.session.add(row)
    record("survey.wave_added", "activity", public_id, facts={"wave": made.wave})
    return public_id


@transactional
def send_survey(
    visible: Visible,
    programme: str,
    activity: str,
    panel: str,
    question: Question,
    link: str,
    *,
    lottery: str = "",
) -> str:
    """Ask the members of a standing panel, or those a lottery drew, to answer; returns what was
    asked. Raises ``UnknownSurvey``, and as ``membership.asking.ask``."""
    survey = _survey(visible, programme, activity)
    asked = ask(visible, panel, question, link, lottery)
    key = db.session.scalars(select(MemberAsk.id).where(MemberAsk.public_id == asked)).one()
    db.session.add(SurveyAsk(survey_id=survey.id, ask_id=key))
    record("survey.sent", "activity", activity, facts={"ask": asked})
    return asked


@transactional
def publish_results(visible: Visible, programme: str, activity: str, *, shown: bool) -> None:
    """Show the results to everyone, or to staff alone again. Raises ``UnknownSurvey``."""
    survey = _survey(visible, programme, activity)
    survey.published_at = clock.now() if shown else None
    record("survey.results_shown", "activity", activity, facts={"shown": shown})


def _survey(visible: Visible, programme: str, activity: str) -> Survey:
    """The survey of an activity, to change it; made at the first time."""
    of = programme_of(visible, programme)
    row = db.session.scalars(
        select(Activity)
        .where(
            Activity.programme_id == of.id,
            Activity.public_id == activity,
            Activity.kind == ActivityKind.SURVEY_WAVE,
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise UnknownSurvey(activity)
    survey = db.session.scalars(select(Survey).where(Survey.activity_id == row.id)).one_or_none()
    if survey is None:
        survey = Survey(activity_id=row.id, series=new_public_id(), wave=1)
        db.session.add(survey)
        db.session.flush()
    return survey


def _unanswered(survey: Survey) -> None:
    if has_answers(survey.id):
        raise AnswersThere


def _question(survey: Survey, key: str) -> SurveyQuestion:
    row = db.session.scalars(
        select(SurveyQuestion).where(
            SurveyQuestion.survey_id == survey.id, SurveyQuestion.key == key
        )
    ).one_or_none()
    if row is None:
        raise UnknownSurvey(key)
    return row


def _rows(survey: Survey) -> list[SurveyQuestion]:
    return list(
        db.session.scalars(
            select(SurveyQuestion)
            .where(SurveyQuestion.survey_id == survey.id)
            .order_by(SurveyQuestion.page, SurveyQuestion.place, SurveyQuestion.id)
        )
    )


def _write(row: SurveyQuestion, asked: Asked) -> None:
    row.kind, row.page, row.text, row.hint = asked.kind, asked.page, asked.text, asked.hint
    row.when_key, row.when_option = asked.when_key, asked.when_option
    settings: dict[str, object] = {
        "options": [[option.key, option.text] for option in asked.options],
        "card": asked.card,
    }
    if asked.kind is Kind.SCALE:
        settings |= {"low": asked.low, "high": asked.high}
    if asked.kind is Kind.NUMBER:
        settings |= {"least": asked.least, "most": asked.most, "unit": asked.unit}
    row.settings = settings


def _programme_of(survey: Survey) -> int:
    return db.session.get_one(Activity, survey.activity_id).programme_id


def _check(survey: Survey, row: SurveyQuestion) -> None:
    asked = asked_of(row)
    if fault := fault_of(asked):
        raise BadQuestion(*fault)
    if asked.card and asked.card not in cards_named(_programme_of(survey), [asked.card]):
        raise BadQuestion("card", N_("Choose a data card that is published, or none"))
    if not rule_holds(asked, questions_of(survey.id)):
        raise BadRule(row.text)
