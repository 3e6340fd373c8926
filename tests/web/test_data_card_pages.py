"""Data cards in the pages: made by staff, shown before a question, kept with the answer."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from sqlalchemy import select

from engagement.accounts.rules import Role
from engagement.contributions.models import Contribution
from engagement.extensions import db
from engagement.programmes.service import publish_activity
from engagement.prompts.models import DataCard
from engagement.prompts.queries import CardRow, cards_of_programme
from engagement.prompts.rules import CardWords, WordingFormat
from engagement.prompts.service import make_card, place_card
from engagement.prompts.wordings import Wording, set_activity_wording
from tests.client import CheckedClient
from tests.factories import Programme, World
from tests.factories.cards import FACTS, PLAN, WORDS, Carded, carded, published_card
from tests.factories.chain import publish
from tests.factories.places import reference_data

Browse = Callable[[], CheckedClient]
TYPED = {"title": "Young people", "plain_words": "One in ten is young.", "caveat": "Of 2021."}
ASKED = "figure=share%3Acensus_age%3A16-24&place=E06000001&against=E07000001"
TABLE = b"name,value,unit,people\nRiverbank,12,%,300\nEngland,9,%,9000\n"
ANSWER = {"words": "The stairs are steep", "may_quote": "no"}


@pytest.fixture
def programme(world: World) -> Programme:
    """A published programme of north."""
    programme = world.north.programme()
    with world.north.inside():
        publish(programme)
    return programme


@pytest.fixture
def made(world: World, programme: Programme) -> Carded:
    """An open conversation with a card before its question, in Urdu too."""
    with world.north.inside():
        made = carded(programme)
        publish_activity(None, programme.public_id, made.activity)
    return made


@pytest.fixture(params=[Role.FACILITATOR, Role.OFFICER])
def maker(world: World, browse: Browse, request: pytest.FixtureRequest) -> CheckedClient:
    """The browser of somebody who makes cards."""
    return browse().be(world.north.session(world.north.staff(request.param)))


def cards(world: World, programme: Programme) -> list[CardRow]:
    with world.north.inside():
        return cards_of_programme(programme.id)


def desk(programme: Programme) -> str:
    return f"/p/north/facilitate/programmes/{programme.public_id}/cards"


def test_a_card_of_official_figures_cannot_be_typed_over(
    world: World, programme: Programme, maker: CheckedClient
) -> None:
    with world.north.inside():
        reference_data()
    chosen = maker.get(f"{desk(programme)}/official?{ASKED}")
    assert chosen.status_code == 303
    page = maker.get(chosen.location)
    assert "10.9%" in page.text
    forged = {"value": "99%", "comparison": "0%", "source": "me", "period": "now", "figures": "x"}
    answer = maker.send(chosen.location, TYPED | forged)
    assert answer.status_code == 303
    (card,) = cards(world, programme)
    assert (card.value, card.comparison) == ("10.9%", "Millbrook: 9.4%")
    assert "me" not in (card.source, card.period)
    assert "This is how residents will see it" in maker.get(answer.location).text


def test_a_figure_that_is_not_there_is_said(
    world: World, programme: Programme, maker: CheckedClient
) -> None:
    empty = maker.get(f"{desk(programme)}/official")
    assert "No official figures are brought in yet" in empty.text
    with world.north.inside():
        reference_data()
    same = maker.get(f"{desk(programme)}/official?{ASKED.replace('E07', 'E06')}")
    assert "There is no such figure for both places" in same.text
    blank = maker.get(f"{desk(programme)}/official?figure=&place=&against=")
    assert "Choose a figure" in blank.text
    gone = maker.get(f"{desk(programme)}/official/words?figure=share:x&place=y&against=z")
    assert gone.status_code == 303


def test_a_table_with_faults_says_where_and_keeps_what_was_typed(
    world: World, programme: Programme, maker: CheckedClient
) -> None:
    def send(content: bytes) -> str:
        form = {**TYPED, "source": "Our survey", "period": "2026"}
        file = (io.BytesIO(content), "table.csv")
        answer = maker.send(f"{desk(programme)}/table", {**form, "file": file})
        return answer.location or answer.text

    small = send(b"name,value,unit\nHere,40,people\nThere,4,people\n")
    assert "So few people could be recognised" in small
    assert "One in ten is young." in small
    assert "Our survey" in small
    person = send(b"name,e-mail,value,unit\nAnn,ann@example.org,1,people\n")
    assert "single people" in person
    assert "ann@example.org" not in person
    assert "This is a spreadsheet" in send(b"PK\x03\x04rest")
    assert cards(world, programme) == []
    assert send(TABLE).startswith(desk(programme))
    (card,) = cards(world, programme)
    assert (card.value, card.source, card.period) == ("12%", "Our survey", "2026")


def test_words_comparison_and_caveat_are_needed(programme: Programme, maker: CheckedClient) -> None:
    page = maker.send(f"{desk(programme)}/table", {}).text
    for told in ("Enter a title", "Say in plain words", "Say how far the figure goes"):
        assert told in page
    assert "Choose a CSV file" in page


def test_a_draft_is_changed_published_and_then_stays(
    world: World, programme: Programme, maker: CheckedClient
) -> None:
    with world.north.inside():
        draft = make_card(None, programme.public_id, WORDS, FACTS)
        gone = make_card(None, programme.public_id, WORDS, FACTS)
    page = f"{desk(programme)}/{draft}"
    public = f"/p/north/programmes/{programme.public_id}/data/{draft}"
    assert maker.get(public).status_code == 404
    assert maker.send(page, TYPED).location == page
    assert maker.send(f"{page}/publish", page=page).location == page
    assert "Young people" in maker.get(public).text
    token = {"csrf_token": maker.token(desk_form(programme))}
    late = maker.post(page, data=TYPED | token | {"title": "Changed"}, headers=referer(page))
    assert late.status_code == 303
    assert "A published card never changes" in maker.get(page).text
    assert "Changed" not in maker.get(page).text
    assert maker.send(f"{desk(programme)}/{gone}/delete", page=f"{desk(programme)}/{gone}")
    assert [card.public_id for card in cards(world, programme)] == [draft]


def desk_form(programme: Programme) -> str:
    return f"{desk(programme)}/table"


def referer(page: str) -> dict[str, str]:
    return {"Referer": f"https://engagement.test{page}"}


def test_a_newer_card_takes_the_place_of_an_old_one(
    world: World, programme: Programme, made: Carded, maker: CheckedClient
) -> None:
    replaces = f"{desk(programme)}/table?replaces={made.card}"
    assert WORDS.plain_words in maker.get(replaces).text
    form = {**TYPED, "source": "Us", "period": "2026", "file": (io.BytesIO(TABLE), "t.csv")}
    newer = maker.send(replaces, form).location
    assert newer is not None
    maker.send(f"{newer}/publish", page=newer)
    say = maker.get(f"/p/north/programmes/{programme.public_id}/say/{made.activity}").text
    assert "Young people" in say
    assert WORDS.title not in say
    old = maker.get(f"/p/north/programmes/{programme.public_id}/data/{made.card}").text
    assert "A newer figure has taken the place of this one" in old
    assert maker.get(replaces).status_code == 404


def test_the_card_stands_before_the_question_and_is_kept_with_the_answer(
    world: World, browse: Browse, programme: Programme, made: Carded
) -> None:
    with world.north.inside():
        second = published_card(programme, CardWords("Second", "words", "caveat"))
        place_card(None, programme.public_id, made.activity, second)
    say = f"/p/north/programmes/{programme.public_id}/say/{made.activity}"
    page = browse().get(say).text
    for told in ("81.5 years", "England: 83.1 years", WORDS.plain_words, WORDS.caveat, "Source:"):
        assert told in page
    assert page.index(WORDS.title) < page.index("Second") < page.index(PLAN.prompt)
    assert 'role="img"' in page  # the chart
    assert "<table" in page
    assert "We would most like to hear from people in Riverbank 001A, Riverbank 001B" in page
    assert browse().send(say, ANSWER | {"card": made.card}).status_code == 303
    assert browse().send(say, ANSWER | {"card": "nonsense"}).status_code == 303
    with world.north.inside():
        rows = db.session.execute(
            select(Contribution.prompt, DataCard.public_id)
            .outerjoin(DataCard, DataCard.id == Contribution.data_card_id)
            .order_by(Contribution.id)
        ).all()
    assert [tuple(row) for row in rows] == [(PLAN.prompt, made.card), (PLAN.prompt, None)]


def test_every_card_asks_what_it_means_to_its_reader(
    world: World, browse: Browse, programme: Programme, made: Carded
) -> None:
    page = f"/p/north/programmes/{programme.public_id}/data/{made.card}"
    assert "What does this mean to you?" in browse().get(page).text
    wrong = browse().send(page, {"may_quote": "no"}).text
    assert "Write what you want to say" in wrong
    assert browse().send(page, ANSWER).status_code == 303
    with world.north.inside():
        row = db.session.scalars(select(Contribution)).one()
        assert row.prompt == f"What does this mean to you? {WORDS.title}"
        card = db.session.get_one(DataCard, row.data_card_id)
        assert card.public_id == made.card


def test_without_an_open_conversation_the_card_is_there_to_read(
    world: World, browse: Browse, programme: Programme
) -> None:
    with world.north.inside():
        card = published_card(programme)
    page = f"/p/north/programmes/{programme.public_id}/data/{card}"
    browser = browse()
    assert "Nothing is open at the moment" in browser.get(page).text
    token = browser.token("/p/north/staff/sign-in")
    late = browser.post(page, data=ANSWER | {"csrf_token": token}, headers=referer(page))
    assert "Your words have not been sent" in late.text
    assert ANSWER["words"] in late.text


def test_the_question_is_asked_in_the_language_that_was_chosen(
    world: World, browse: Browse, programme: Programme, made: Carded
) -> None:
    say = f"/p/north/programmes/{programme.public_id}/say/{made.activity}"
    with world.north.inside():
        urdu = set_activity_wording(
            None,
            programme.public_id,
            made.activity,
            Wording(
                WordingFormat.TRANSLATION, "ur", "یہاں زندگی", prompt="صحت مند رہنا کیوں مشکل ہے؟"
            ),
        )
        large = set_activity_wording(
            None, programme.public_id, made.activity, Wording(WordingFormat.LARGE_PRINT, "en")
        )
    page = browse().get(say).text
    assert f'href="{say}?wording={urdu}" lang="ur" dir="rtl">اردو</a>' in page
    asked = browse().get(f"{say}?wording={urdu}").text
    assert 'lang="ur" dir="rtl"><span class="nhsuk-caption-l">یہاں زندگی</span>' in asked
    assert "app-large-print" in browse().get(f"{say}?wording={large}").text
    assert browse().send(f"{say}?wording={urdu}", ANSWER).status_code == 303
    with world.north.inside():
        row = db.session.scalars(select(Contribution)).one()
        assert (row.prompt, row.language) == ("صحت مند رہنا کیوں مشکل ہے؟", "ur")
    about = f"/p/north/programmes/{programme.public_id}/activities/{made.activity}"
    assert about in browse().get(f"/p/north/programmes/{programme.public_id}").text
    assert 'dir="rtl"' in browse().get(f"{about}?wording={urdu}").text
    assert PLAN.title in browse().get(f"{about}?wording=none").text


def test_staff_place_cards_write_wordings_and_see_what_is_missing(
    world: World, programme: Programme, made: Carded, maker: CheckedClient
) -> None:
    with world.north.inside():
        second = published_card(programme, CardWords("Second", "words", "caveat"))
    base = f"/p/north/facilitate/programmes/{programme.public_id}"
    page = f"{base}/activities/{made.activity}/around"
    assert "Choose a published card" in maker.send(page, {}).text
    assert maker.send(page, {"card": second}).location == page
    placed = f"{base}/activities/{made.activity}/placed/{second}"
    maker.send(f"{placed}/up", page=f"{base}/cards/table")
    shown = maker.get(page).text
    assert shown.index("Second") < shown.index(WORDS.title)
    maker.send(f"{placed}/remove", page=page)
    writing = f"{base}/activities/{made.activity}/wording"
    for form, told in (
        ({}, "Choose a format"),
        ({"format": "translation", "language": "en"}, "Choose the language"),
        ({"format": "easy read", "language": "en"}, "Enter what people are asked"),
        ({"format": "British Sign Language", "language": "en"}, "Enter the address of the film"),
        (
            {"format": "British Sign Language", "language": "en", "address": "javascript:x"},
            "Enter the whole address",
        ),
    ):
        assert told in maker.send(writing, form).text
    film = {"format": "British Sign Language", "language": "en", "address": "https://e.org/film"}
    assert maker.send(writing, film).location == page
    checked = maker.get(f"{base}/equality").text
    assert "Easy read, Large print" in checked
    assert "Translation, British Sign Language" in checked
    assert maker.get(f"{base}/around").status_code == 200
    assert maker.get(f"{writing}?change=none").status_code == 404
