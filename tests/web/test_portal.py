"""The portal and the chain as visitors meet them."""

from __future__ import annotations

import io
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from docx import Document
from flask import Flask
from sqlalchemy import select, update

from engagement.contributions.models import Contribution
from engagement.contributions.queries import list_contributions
from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.exports.service import read_summary, summary_csv, summary_word
from engagement.extensions import db
from engagement.insight.queries import list_themes
from engagement.insight.service import PriorityPlan, change_priority, merge_themes
from engagement.places.indicators import indicator_values
from engagement.places.rules import ReferenceKind
from engagement.programmes.models import Programme as ProgrammeTable
from engagement.programmes.queries import find_programme
from engagement.programmes.service import create_programme, set_places
from tests.architecture.test_queries_per_page import MOST, MOST_OF_CHAIN, counted_statements
from tests.client import CheckedClient
from tests.factories import World
from tests.factories.chain import SAID, chain, open_conversation, publish
from tests.factories.places import FILES, POSTCODE, import_text, reference_data

Browse = Callable[[], CheckedClient]
ATOM = "{http://www.w3.org/2005/Atom}"
MOST_BYTES = 150_000


def test_a_thousand_programmes_are_still_one_light_page(
    app: Flask, world: World, browse: Browse
) -> None:
    with world.north.inside(), transaction():
        for number in range(1_000):
            create_programme(f"Programme {number}", "What would help while you wait? " * 5)
        db.session.execute(update(ProgrammeTable).values(published_at=clock.now()))
    for query in ("", "?page=50", "?words=999", "?status=open&page=3"):
        with counted_statements(app) as asked:
            answer = browse().get(f"/p/north/programmes{query}")
        assert answer.status_code == 200
        assert len(asked) <= MOST, asked
        assert len(answer.data) < MOST_BYTES
    assert "Programme 999" in browse().get("/p/north/programmes?words=999").text
    assert "1 programme ·" in browse().get("/p/north/programmes?words=999").text
    assert browse().get("/p/north/programmes?page=51").status_code == 404


def test_the_feed_names_the_newest_programmes(world: World, browse: Browse) -> None:
    feed = ElementTree.fromstring(browse().get("/p/north/programmes.atom").data)
    assert feed.findall(f"{ATOM}entry") == []
    with world.north.inside():
        publish(world.north.programme("Salt & <pepper>"))
    answer = browse().get("/p/north/programmes.atom")
    assert answer.mimetype == "application/atom+xml"
    (entry,) = ElementTree.fromstring(answer.data).findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Salt & <pepper>"
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert browse().get(link.attrib["href"]).status_code == 200


def test_what_is_not_published_is_not_there(world: World, browse: Browse) -> None:
    programme = world.north.programme()
    with world.north.inside():
        laid = chain(programme)
    home = f"/p/north/programmes/{programme.public_id}"
    for path in ("", "/found", f"/priorities/{laid.priority}", f"/words/{laid.contribution}"):
        assert browse().get(home + path).status_code == 404
    with world.north.inside():
        publish(programme)
    for path in ("", "/found", f"/priorities/{laid.priority}", f"/words/{laid.contribution}"):
        assert browse().get(home + path).status_code == 200
    # No published priority rests on this theme.
    assert browse().get(f"{home}/themes/{laid.other_theme}").status_code == 404


def test_a_published_figure_stands_beside_a_priority_with_its_source(
    app: Flask, world: World, browse: Browse
) -> None:
    programme = world.north.programme()
    with world.north.inside():
        reference_data()
        publish(programme)
        set_places(None, programme.public_id, ["Riverbank"], [])
        laid = chain(programme)
        (figure,) = indicator_values("E06000001")
        plan = PriorityPlan("Be told", "", [laid.theme], figure.indicator, "E06000001")
        change_priority(None, programme.public_id, laid.priority, plan)
    path = f"/p/north/programmes/{programme.public_id}/priorities/{laid.priority}"
    with counted_statements(app) as asked:
        page = browse().get(path).text
    assert len(asked) <= MOST_OF_CHAIN
    assert "A published figure beside it" in page
    source = figure.source
    for told in (source.title, source.publisher, source.vintage, source.licence, source.sha256):
        assert told in page
    assert figure.place == "Riverbank"
    with world.north.inside():
        found = find_programme(None, programme.public_id)
        assert found is not None
        summary = read_summary(found, str)
        word = Document(io.BytesIO(summary_word(summary)))
        for text in (
            summary_csv(summary).decode(),
            "\n".join(paragraph.text for paragraph in word.paragraphs),
        ):
            for told in ("Life expectancy, Riverbank, 2021: 81.5 years", source.publisher):
                assert told in text
            for told in (source.vintage, source.licence, source.sha256):
                assert told in text


@pytest.fixture
def say(world: World) -> str:
    """The address of the form of an open conversation about Riverbank."""
    programme = world.north.programme()
    with world.north.inside():
        publish(programme)
        activity = open_conversation(programme)
    return f"/p/north/programmes/{programme.public_id}/say/{activity}"


def only_contribution(world: World) -> Contribution:
    with world.north.inside():
        return db.session.scalars(select(Contribution)).one()


def test_a_postcode_becomes_an_area_and_is_dropped(world: World, browse: Browse, say: str) -> None:
    with world.north.inside():
        reference_data()
    wrong = browse().send(say, {"words": SAID, "may_quote": "no", "postcode": "RB9 9ZZ"})
    assert "Enter a full postcode" in wrong.text
    right = browse().send(say, {"words": SAID, "may_quote": "no", "postcode": POSTCODE.lower()})
    assert right.status_code == 303
    row = only_contribution(world)
    assert (row.place_name, row.place_code) == ("Riverbank", "E01000001")
    assert POSTCODE not in str(vars(row))


def test_without_postcodes_an_area_is_picked_from_a_list(
    world: World, browse: Browse, say: str
) -> None:
    with world.north.inside():
        for kind in (ReferenceKind.LOCAL_AUTHORITIES, ReferenceKind.WARDS):
            import_text(kind, FILES[kind])
        programme = say.split("/")[4]
        set_places(None, programme, ["Riverbank"], [])
    page = browse().get(say).text
    assert "Quay" in page
    assert "Fell" not in page
    sent = browse().send(say, {"words": SAID, "may_quote": "yes", "area": "E05000002"})
    assert sent.status_code == 303
    row = only_contribution(world)
    assert (row.place_name, row.place_code, row.may_quote) == ("Quay", "E05000002", True)
    assert "show my words" in row.consent_wording


def test_a_conversation_that_closes_meanwhile_gives_the_words_back(
    world: World, browse: Browse, say: str
) -> None:
    visitor = browse()
    token = visitor.token(say)
    with world.north.inside(), transaction():
        db.session.execute(update(ProgrammeTable).values(closed_at=clock.now()))
    answer = visitor.post(say, data={"csrf_token": token, "words": SAID, "may_quote": "no"})
    assert "It has closed" in answer.text
    assert SAID in answer.text
    with world.north.inside():
        assert list_contributions(1, 1, 10)[1] == 0


def test_the_schema_of_contributions_is_published(browse: Browse) -> None:
    answer = browse().get("/schemas/contribution.json")
    assert answer.json is not None
    assert answer.json["items"]["required"]


def test_a_theme_that_was_merged_leads_to_the_whole(world: World, browse: Browse) -> None:
    programme = world.north.programme()
    with world.north.inside():
        publish(programme)
        laid = chain(programme)
        merge_themes(None, programme.public_id, laid.other_theme, laid.theme)
        (whole,) = list_themes(programme.id)
        assert whole.reach.contributions == 2
    page = browse().get(f"/p/north/programmes/{programme.public_id}/themes/{laid.other_theme}")
    assert SAID in page.text
