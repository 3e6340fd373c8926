"""Surveys: asked, branched, answered, changed until the close, counted once, and compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engagement.audit.queries import verify_chain
from engagement.contributions.errors import NotOpen
from engagement.contributions.models import Contribution
from engagement.contributions.rules import Channel, State
from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.programmes.models import Activity
from engagement.programmes.models import Programme as Programmes
from engagement.programmes.service import publish_activity
from engagement.surveys.answering import begin, begin_for, keep_answers, send_answers
from engagement.surveys.errors import (
    AnswersMissing,
    AnswersThere,
    BadAnswer,
    BadQuestion,
    BadRule,
    NotAsked,
    UnknownSurvey,
)
from engagement.surveys.models import SurveyAnswer, SurveyResponse
from engagement.surveys.queries import find_response, waves_of
from engagement.surveys.results import reached_by, results_of
from engagement.surveys.rules import PREFER_NOT, Asked, Kind, Sheet
from engagement.surveys.service import (
    add_question,
    change_question,
    change_survey,
    move_question,
    next_wave,
    remove_question,
    send_survey,
)
from tests.factories import Programme, World
from tests.factories.members import LINK, QUESTION, join, standing_panel
from tests.factories.surveys import (
    HELPS,
    QUOTING,
    TOLD,
    WAITS,
    WORDS,
    answer,
    options,
    questions,
    row_of,
    survey,
)


@pytest.fixture
def programme(world: World) -> Iterator[Programme]:
    made = world.north.programme()
    with world.north.inside():
        yield made


def close(activity: str) -> None:
    """The activity closed an hour ago."""
    with transaction():
        row = db.session.scalars(select(Activity).where(Activity.public_id == activity)).one()
        row.closes_at = clock.now() - timedelta(hours=1)


def key_of(programme: Programme, activity: str) -> int:
    key = row_of(programme, activity).id
    assert key is not None
    return key


def test_answers_are_kept_a_set_at_a_time_and_count_once_sent(programme: Programme) -> None:
    activity = survey(programme)
    response = answer(programme, activity, send=False)
    key = key_of(programme, activity)
    assert all(not finding.people for finding in results_of(key).findings)
    for _ in range(2):
        send_answers(activity, response)
    for person in range(1, 20):
        answer(programme, activity, browser=f"browser {person}", person=person)
    found = results_of(key).findings
    assert [line.count for line in found[0].lines] == [10, 10]
    assert [line.share for line in found[0].lines] == [0.5, 0.5]
    assert found[3].middle == 9.5
    assert found[4].said == 20
    assert reached_by(key).sent == 20
    assert verify_chain()[1] == []


def test_own_words_are_contributions_with_their_question(programme: Programme) -> None:
    activity = survey(programme, WORDS)
    answer(programme, activity, q1="My own words")
    said = db.session.query(Contribution).one()
    assert (said.text, said.prompt, said.channel) == ("My own words", WORDS.text, Channel.ONLINE)
    assert not said.may_quote
    response = begin(activity, "somebody", None)
    (asked,) = questions(programme, activity)
    keep_answers(activity, response, 3, {asked.key: "My own words"}, {asked.key: True}, QUOTING)
    keep_answers(activity, response, 3, {asked.key: "Other words"}, {asked.key: True}, QUOTING)
    keep_answers(activity, response, 3, {asked.key: "Other words"}, {asked.key: True}, QUOTING)
    texts = [(one.text, one.state) for one in db.session.query(Contribution).order_by("id")]
    assert texts == [
        (None, State.WITHDRAWN),
        (None, State.WITHDRAWN),
        ("Other words", State.PUBLISHED),
    ]
    keep_answers(activity, response, 3, {asked.key: ""}, {}, QUOTING)
    assert db.session.scalar(select(func.count()).select_from(SurveyAnswer)) == 0


def test_many_questions_are_no_reason_to_refuse_words(programme: Programme) -> None:
    with transaction():
        db.session.query(Programmes).one().most_per_person = 1
    activity = survey(programme, WORDS, replace(WORDS, text="And at night?"))
    answer(programme, activity)
    assert db.session.scalar(select(func.count()).select_from(Contribution)) == 2


def test_a_question_is_shown_where_its_answer_leads(programme: Programme) -> None:
    activity = survey(programme, WAITS)
    (waits,) = questions(programme, activity)
    yes = waits.options[0].key
    rule = {"when_key": waits.key, "when_option": yes}
    key = programme.public_id
    add_question(None, key, activity, replace(HELPS, **rule))
    helps = questions(programme, activity)[1]
    later = replace(TOLD, page=3, when_key=helps.key, when_option=helps.options[0].key)
    add_question(None, key, activity, later)
    asked = questions(programme, activity)
    sheet = Sheet(asked, {waits.key: yes})
    assert [one.text for one in sheet.shown] == [WAITS.text, HELPS.text]
    assert (sheet.after(1), sheet.after(2), sheet.missing) == (2, None, helps)
    whole = Sheet(asked, {waits.key: yes, helps.key: [helps.options[0].key]})
    assert whole.pages == [1, 2, 3]
    # Who goes back and answers otherwise leaves what followed; it counts nowhere, and is not lost.
    answer(programme, activity, q1=yes, q2=[helps.options[0].key], q3="4")
    response = answer(programme, activity, q1=waits.options[1].key, send=False)
    send_answers(activity, response)
    kept = find_response(key_of(programme, activity), response)
    assert kept is not None
    assert helps.key in kept.answers
    for person in range(9):
        answer(programme, activity, browser=f"b{person}", q1=waits.options[1].key)
    findings = results_of(key_of(programme, activity)).findings
    assert [finding.people for finding in findings] == [10, 0, 0]


def test_a_rule_looks_back_and_at_choices_alone(programme: Programme) -> None:
    activity = survey(programme, WAITS, WORDS)
    waits, words = questions(programme, activity)
    key = programme.public_id
    for wrong in (
        {"when_key": words.key, "when_option": "x"},
        {"when_key": waits.key, "when_option": "no such choice"},
        {"when_key": "no such question", "when_option": "x"},
    ):
        with pytest.raises(BadRule):
            add_question(None, key, activity, replace(TOLD, page=4, **wrong))
    depends = {"when_key": waits.key, "when_option": waits.options[0].key}
    add_question(None, key, activity, replace(TOLD, page=1, **depends))
    told = questions(programme, activity)[1]
    with pytest.raises(BadRule):
        remove_question(None, key, activity, waits.key)
    with pytest.raises(BadRule):
        move_question(None, key, activity, told.key, up=True)
    assert questions(programme, activity)[1] == told
    remove_question(None, key, activity, told.key)
    remove_question(None, key, activity, waits.key)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(WAITS, options=options("One")), "options"),
        (replace(WAITS, options=options("One", "one")), "options"),
        (replace(WAITS, options=options(*map(str, range(31)))), "options"),
        (Asked(Kind.NUMBER, "How many?", least=5, most=5), "most"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(
    programme: Programme, wrong: Asked, field: str
) -> None:
    activity = survey(programme, WORDS)
    with pytest.raises(BadQuestion) as refused:
        add_question(None, programme.public_id, activity, wrong)
    assert refused.value.field == field
    assert len(questions(programme, activity)) == 1


def test_what_is_no_answer_is_refused_and_nothing_of_its_set_is_kept(
    programme: Programme,
) -> None:
    activity = survey(programme)
    asked = questions(programme, activity)
    response = begin(activity, "somebody", None)
    good, bad = asked[1], asked[3]
    for value in (501, -1, "7", 3.5, True):
        given = {good.key: [good.options[0].key], bad.key: value}
        with pytest.raises(BadAnswer):
            keep_answers(activity, response, 2, given, {}, QUOTING)
    with pytest.raises(BadAnswer):
        keep_answers(activity, response, 1, {good.key: [good.options[0].key]}, {}, QUOTING)
    with pytest.raises(BadAnswer):
        keep_answers(activity, response, 2, {good.key: [PREFER_NOT, "x"]}, {}, QUOTING)
    assert db.session.scalar(select(func.count()).select_from(SurveyAnswer)) == 0
    with pytest.raises(AnswersMissing) as missing:
        send_answers(activity, response)
    assert missing.value.key == asked[0].key


def test_after_the_close_nothing_changes(programme: Programme) -> None:
    activity = survey(programme, WAITS)
    (asked,) = questions(programme, activity)
    response = answer(programme, activity, q1=asked.options[0].key)
    close(activity)
    changed = {asked.key: asked.options[1].key}
    for late in (
        lambda: keep_answers(activity, response, 1, changed, {}, QUOTING),
        lambda: send_answers(activity, response),
        lambda: begin(activity, "another", None),
    ):
        with pytest.raises(NotOpen):
            late()
    kept = find_response(key_of(programme, activity), response)
    assert kept is not None
    assert kept.answers == {asked.key: asked.options[0].key}


def test_what_a_question_means_stands_once_it_is_answered(programme: Programme) -> None:
    activity = survey(programme, WAITS)
    (asked,) = questions(programme, activity)
    key = programme.public_id
    change_question(
        None, key, activity, asked.key, replace(asked, options=options("Yes", "No", "Not sure"))
    )
    changed = questions(programme, activity)[0]
    assert changed.options[:2] == asked.options
    begin(activity, "somebody", None)
    for change in (
        lambda: change_question(None, key, activity, asked.key, replace(asked, text="Other?")),
        lambda: remove_question(None, key, activity, asked.key),
        lambda: add_question(None, key, activity, WORDS),
        lambda: move_question(None, key, activity, asked.key, up=True),
    ):
        with pytest.raises(AnswersThere):
            change()


def test_a_wave_asks_the_same_questions_and_the_trend_parts_old_from_new(
    programme: Programme,
) -> None:
    first = survey(programme, WAITS, TOLD)
    waits, told = questions(programme, first)
    yes, no = (option.key for option in waits.options)
    for person in range(40):
        answer(programme, first, browser=f"b{person}", q1=yes if person < 20 else no, q2="3")
    second = next_wave(None, programme.public_id, first, "Again")
    publish_activity(None, programme.public_id, second)
    assert [one.key for one in questions(programme, second)] == [waits.key, told.key]
    assert [wave.wave for wave in waves_of(row_of(programme, first).series)] == [1, 2]
    # 30 of the 40 come again, of whom five changed from no to yes; 20 new ones all say yes.
    for person in range(30):
        answer(programme, second, browser=f"b{person}", q1=yes if person < 25 else no, q2="3")
    for person in range(100, 120):
        answer(programme, second, browser=f"b{person}", q1=yes, q2="3")
    trend = results_of(key_of(programme, second), key_of(programme, first)).trends[0]
    assert trend.people == (40, 50)
    everybody = trend.everybody[0]
    assert (everybody.before, everybody.after) == (0.5, None)  # five said no: too few to tell
    assert trend.matched_people == 30
    for person in range(200, 210):
        answer(programme, second, browser=f"b{person}", q1=no, q2=PREFER_NOT)
    trend = results_of(key_of(programme, second), key_of(programme, first)).trends[0]
    assert (trend.everybody[0].before, trend.everybody[0].after) == (0.5, 0.75)
    change = trend.everybody[0].change
    assert change is not None
    assert change.value == pytest.approx(0.25)
    assert change.low < 0.25 < change.high
    told_trend = results_of(key_of(programme, second), key_of(programme, first)).trends[1]
    assert told_trend.people == (40, 50)


def test_who_was_asked_is_who_may_answer(programme: Programme) -> None:
    activity = survey(programme, WAITS)
    key = programme.public_id
    change_survey(None, key, activity, asked_only=True)
    panel = standing_panel(programme)
    member, other = join(panel), join(panel)
    with pytest.raises(NotAsked):
        begin(activity, "a browser", None)
    with pytest.raises(NotAsked):
        begin(activity, "", member.resident_id)
    send_survey(None, key, activity, panel, QUESTION, LINK)
    for one in (member, other):
        answer(programme, activity, resident=one.resident_id)
    with pytest.raises(NotAsked):
        begin(activity, "a browser", None)
    reached = reached_by(key_of(programme, activity))
    assert (reached.invited, reached.sent) == (None, None)  # two people are too few to tell
    for one in [join(panel) for _ in range(18)]:
        assert one
    send_survey(None, key, activity, panel, QUESTION, LINK)
    for person in db.session.scalars(select(SurveyResponse.participant_id)):
        assert person
    assert reached_by(key_of(programme, activity)).invited == 20


def test_staff_fill_one_in_with_somebody(programme: Programme) -> None:
    activity = survey(programme, WAITS)
    (asked,) = questions(programme, activity)
    response = begin_for(activity, Channel.PHONE, None)
    keep_answers(activity, response, 1, {asked.key: PREFER_NOT}, {}, QUOTING)
    send_answers(activity, response)
    kept = find_response(key_of(programme, activity), response)
    assert kept is not None
    assert (kept.channel, kept.answers) == (Channel.PHONE, {asked.key: PREFER_NOT})
    with pytest.raises(UnknownSurvey):
        send_answers(activity, "no such sheet")
