"""The answers of a survey as a table, and the data card above a question."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engagement.contributions.models import Contribution
from engagement.documents.sheets import read_csv
from engagement.extensions import db
from engagement.programmes.service import publish_activity
from engagement.prompts.models import DataCard
from engagement.surveys.errors import BadQuestion, UnknownSurvey
from engagement.surveys.files import answers_file, columns_file
from engagement.surveys.results import results_of
from engagement.surveys.rules import PREFER_NOT, Asked, Kind
from engagement.surveys.service import add_question, next_wave
from tests.factories import Programme, World
from tests.factories.cards import published_card
from tests.factories.surveys import EVERY_KIND, WAITS, answer, options, questions, row_of, survey


@pytest.fixture
def programme(world: World) -> Programme:
    """A programme of north, inside which the test runs."""
    return world.north.programme()


def test_a_row_for_each_who_sent_and_nothing_that_leads_to_them(
    world: World, programme: Programme
) -> None:
    with world.north.inside():
        activity = survey(programme)
        answer(programme, activity, browser="one", q2=["A call", "A text"], q4=7)
        answer(programme, activity, browser="two", q1=PREFER_NOT, q5="=1+1", q6=["Hubs", "Vans"])
        answer(programme, activity, browser="three", send=False)
        content = answers_file(None, programme.public_id, activity)
        head, *rows = read_csv(content)
        assert head == ["row", "channel", *(one.text for one in EVERY_KIND)]
        assert sorted(row[0] for row in rows) == ["1", "2"]
        by_number = {row[5]: row for row in rows}
        one = by_number["7"]
        assert one[1:5] == ["online", "Yes", "A call | A text", "1"]
        other = next(row for row in rows if row is not one)
        assert other[2] == "[prefers not to say]"
        assert other[6] == "'=1+1"  # no formula for a spreadsheet
        assert other[7] == "Hubs > Vans"
        for row in db.session.scalars(select(Contribution)):
            assert row.public_id not in content.decode()
        kinds = [line[3] for line in read_csv(columns_file(None, programme.public_id, activity))]
        assert kinds[1:] == [one.kind.value for one in EVERY_KIND]


def test_words_that_are_held_back_are_not_in_the_file(world: World, programme: Programme) -> None:
    with world.north.inside():
        activity = survey(programme)
        answer(programme, activity, q5="Dr Jane Smith of 07700 900123 never rang")
        content = answers_file(None, programme.public_id, activity).decode()
        assert "Jane" not in content
        assert "[held back]" in content


def test_the_table_of_another_programme_is_not_here(world: World, programme: Programme) -> None:
    with world.north.inside():
        activity = survey(programme)
        for make in (answers_file, columns_file):
            with pytest.raises(UnknownSurvey):
                make(frozenset(), programme.public_id, activity)


def test_a_card_stands_above_a_question_in_every_wave_and_is_kept_with_words(
    world: World, programme: Programme
) -> None:
    with world.north.inside():
        card = published_card(programme)
        words = Asked(Kind.TEXT, "What does this mean to you?", card=card)
        activity = survey(programme, WAITS, words)
        answer(programme, activity, q2="We wait longer than others")
        said = db.session.scalars(select(Contribution)).one()
        shown = db.session.scalars(select(DataCard).where(DataCard.public_id == card)).one()
        assert said.data_card_id == shown.id
        again = next_wave(None, programme.public_id, activity, "Again")
        assert [one.card for one in questions(programme, again)] == ["", card]
        for wrong in ("none", "x" * 22):
            asked = Asked(Kind.SINGLE, "?", options=options("Yes", "No"), card=wrong)
            with pytest.raises(BadQuestion):
                add_question(None, programme.public_id, again, asked)


def test_how_many_of_those_who_answered_before_answered_again(
    world: World, programme: Programme
) -> None:
    with world.north.inside():
        first = survey(programme, WAITS)
        for number in range(30):
            answer(programme, first, browser=f"browser {number}")
        second = next_wave(None, programme.public_id, first, "Again")
        publish_activity(None, programme.public_id, second)
        for number in range(10, 45):
            answer(programme, second, browser=f"browser {number}")
        row = row_of(programme, second)
        assert row.id is not None
        stayed = results_of(row.id, row.before_id).stayed
        assert stayed is not None
        assert (stayed.before, stayed.again, stayed.gone) == (30, 20, 10)
        alone = row_of(programme, first)
        assert alone.id is not None
        assert results_of(alone.id).stayed is None
