"""Data cards: where their figures come from, what stays, and what is shown before a question."""

from __future__ import annotations

import pytest

from engagement.places.rules import ReferenceKind
from engagement.programmes.queries import find_activity
from engagement.prompts.errors import (
    CardIsNotPublished,
    CardIsPublished,
    NoSuchFigure,
    TableHasFaults,
    UnknownCard,
    UnknownPlaces,
)
from engagement.prompts.official import (
    ENGLAND,
    Asked,
    facts_about,
    figures_on_offer,
    make_official_card,
    places_on_offer,
)
from engagement.prompts.queries import (
    around,
    cards_of_activity,
    cards_of_programme,
    cards_on_show,
    find_card,
    find_published_card,
    wordings_in,
)
from engagement.prompts.rules import CardWords, Figure, WordingFormat
from engagement.prompts.service import (
    OwnTable,
    change_card_words,
    delete_card,
    make_table_card,
    move_card_up,
    place_card,
    publish_card,
    remove_card,
)
from engagement.prompts.wordings import (
    Audience,
    Wording,
    open_targeted_conversation,
    remove_activity_wording,
    set_activity_wording,
)
from tests.factories import Programme, World
from tests.factories.cards import FACTS, PLAN, WORDS, carded, published_card
from tests.factories.places import import_text, reference_data

MILLBROOK, RIVERBANK = "E07000001", "E06000001"
AGED = "share:census_age:16-24"


@pytest.fixture
def programme(world: World) -> Programme:
    return world.north.programme()


def _titles(programme: Programme, activity: str) -> list[str]:
    found = find_activity(programme.id, activity)
    assert found is not None
    return [card.title for card in cards_of_activity(found.id)]


def test_a_card_takes_its_figures_from_the_reference_data(
    world: World, programme: Programme
) -> None:
    with world.north.inside():
        reference_data()
        import_text(
            ReferenceKind.INDICATORS,
            "area_code,indicator,period,unit,value\n"
            f"{RIVERBANK},life expectancy,2019,years,80.9\n"
            f"{MILLBROOK},life expectancy,2019,years,82\n"
            f"{RIVERBANK},life expectancy,2020,years,81.25\n"
            f"{MILLBROOK},life expectancy,2020,years,83\n"
            f"{RIVERBANK},life expectancy,2021,years,81.5\n",
        )
        made = make_official_card(
            None,
            programme.public_id,
            WORDS,
            Asked("indicator:life expectancy", RIVERBANK, MILLBROOK),
        )
        card = find_card(programme.id, made)
        assert card is not None
        # The newest that both have.
        assert (card.value, card.comparison, card.period) == (
            "81.25 years",
            "Millbrook: 83 years",
            "2020",
        )
        assert card.figures[0] == Figure("Riverbank", 81.25, "years")
        assert "," in card.source


def test_shares_are_reckoned_from_the_census_and_the_index(world: World) -> None:
    with world.north.inside():
        reference_data()
        offered = [choice.key for choice in figures_on_offer()]
        assert AGED in offered
        assert "share:deprived" in offered
        facts = facts_about(Asked(AGED, RIVERBANK, MILLBROOK))
        assert [figure.value for figure in facts.figures] == [
            round(100 * 490 / 4500, 1),
            round(100 * 150 / 1600, 1),
        ]
        deprived = facts_about(Asked("share:deprived", RIVERBANK, MILLBROOK))
        assert [figure.value for figure in deprived.figures] == [round(100 * 2900 / 4500, 1), 0]
        assert (ENGLAND, "England") in places_on_offer(0)


@pytest.mark.parametrize(
    "asked",
    [
        Asked(AGED, RIVERBANK, RIVERBANK),
        Asked(AGED, RIVERBANK, ENGLAND),  # only a part of England is imported
        Asked(AGED, "E06000099", RIVERBANK),
        Asked("indicator:life_expectancy", RIVERBANK, MILLBROOK),
        Asked("indicator:none", RIVERBANK, MILLBROOK),
        Asked("share:census_tenure:social_rented", RIVERBANK, MILLBROOK),
        Asked("share:nothing:at-all", RIVERBANK, MILLBROOK),
        Asked("share:census_age:nothing", RIVERBANK, MILLBROOK),
        Asked("nonsense", RIVERBANK, MILLBROOK),
    ],
)
def test_a_figure_that_is_not_there_is_not_made_up(world: World, asked: Asked) -> None:
    with world.north.inside():
        reference_data()
        with pytest.raises(NoSuchFigure):
            facts_about(asked)


def test_a_published_card_never_changes_and_a_new_one_takes_its_place(
    world: World, programme: Programme
) -> None:
    with world.north.inside():
        made = carded(programme)
        key = programme.public_id
        with pytest.raises(CardIsPublished):
            change_card_words(None, key, made.card, CardWords("New", "New", "New"))
        with pytest.raises(CardIsPublished):
            delete_card(None, key, made.card)
        table = OwnTable(b"name,value,unit,people\nA,12,%,300\nB,9,%,300\n", "Our survey", "2026")
        newer = make_table_card(None, key, CardWords(" Newer ", "w", "c"), table, made.card)
        assert _titles(programme, made.activity) == [WORDS.title]
        change_card_words(None, key, newer, CardWords("Newest", "w", "c"))
        publish_card(None, key, newer)
        publish_card(None, key, newer)
        assert _titles(programme, made.activity) == ["Newest"]
        assert [card.title for card in cards_on_show(programme.id)] == ["Newest"]
        older = find_published_card(programme.id, made.card)
        assert older is not None
        assert older.replaced_at is not None
        with pytest.raises(UnknownCard):  # what was replaced is not replaced again
            make_table_card(None, key, WORDS, table, made.card)


def test_cards_stand_in_an_order_before_a_question(world: World, programme: Programme) -> None:
    with world.north.inside():
        made, key = carded(programme), programme.public_id
        second = published_card(programme, CardWords("Second", "w", "c"))
        third = published_card(programme, CardWords("Third", "w", "c"))
        for card in (second, third, third):
            place_card(None, key, made.activity, card)
        assert _titles(programme, made.activity) == [WORDS.title, "Second", "Third"]
        move_card_up(None, key, made.activity, third)
        move_card_up(None, key, made.activity, third)
        move_card_up(None, key, made.activity, third)
        assert _titles(programme, made.activity) == ["Third", WORDS.title, "Second"]
        remove_card(None, key, made.activity, made.card)
        assert _titles(programme, made.activity) == ["Third", "Second"]
        with pytest.raises(UnknownCard):
            move_card_up(None, key, made.activity, made.card)


def test_only_what_everybody_may_see_stands_before_a_question(
    world: World, programme: Programme
) -> None:
    with world.north.inside():
        made, key = carded(programme), programme.public_id
        table = OwnTable(b"name,value,unit,people\nA,12,%,300\nB,9,%,300\n", "Our survey", "2026")
        draft = make_table_card(None, key, WORDS, table)
        with pytest.raises(CardIsNotPublished):
            place_card(None, key, made.activity, draft)
        assert find_published_card(programme.id, draft) is None
        delete_card(None, key, draft)
        assert [card.public_id for card in cards_of_programme(programme.id)] == [made.card]
        with pytest.raises(UnknownCard):
            place_card(None, key, made.activity, draft)


def test_two_tables_side_by_side_do_not_tell_what_one_hides(
    world: World, programme: Programme
) -> None:
    rows = b"name,value,unit\nTown,90,people\nCoast,70,people\nHills,%s,people\nMoor,%s,people\n"
    with world.north.inside():
        key = programme.public_id

        def table(hills: bytes, moor: bytes, period: str = "2026") -> OwnTable:
            return OwnTable(rows % (hills, moor), "Our count", period)

        publish_card(None, key, make_table_card(None, key, WORDS, table(b"*", b"*")))
        with pytest.raises(TableHasFaults) as caught:
            make_table_card(None, key, WORDS, table(b"*", b"30"))
        assert [(fault.row, fault.column) for fault in caught.value.faults] == [(5, "value")]
        make_table_card(None, key, WORDS, table(b"*", b"*"))
        make_table_card(None, key, WORDS, table(b"20", b"30", "2027"))


def test_an_activity_is_worded_in_other_ways_and_for_some_above_all(
    world: World, programme: Programme
) -> None:
    with world.north.inside():
        made, key = carded(programme), programme.public_id
        film = Wording(WordingFormat.BSL, "en", address="https://example.org/film")
        set_activity_wording(None, key, made.activity, film)
        removed = set_activity_wording(
            None, key, made.activity, Wording(WordingFormat.EASY_READ, "en", prompt="Why?")
        )
        assert removed == set_activity_wording(
            None, key, made.activity, Wording(WordingFormat.EASY_READ, "en", prompt="Why is it?")
        )
        found = find_activity(programme.id, made.activity)
        assert found is not None
        there = around([found.id])[found.id]
        assert [
            (one.format, one.language, one.prompt or one.address) for one in there.wordings
        ] == [
            (WordingFormat.TRANSLATION, "ur", "صحت مند رہنا کیوں مشکل ہے؟"),
            (WordingFormat.EASY_READ, "en", "Why is it?"),
            (WordingFormat.BSL, "en", "https://example.org/film"),
        ]
        assert there.audience is not None
        assert there.audience.places == ("Riverbank 001A", "Riverbank 001B")
        assert there.audience.reason == "lives are short"
        assert [card.figures for card in there.cards] == [tuple(FACTS.figures)]
        remove_activity_wording(None, key, made.activity, removed)
        worded = {one.public_id: one.formats for one in wordings_in(programme.id)}
        assert worded[made.activity] == {WordingFormat.TRANSLATION, WordingFormat.BSL}
        with pytest.raises(UnknownPlaces):
            open_targeted_conversation(None, key, PLAN, Audience(["E01999999"], "why"))
