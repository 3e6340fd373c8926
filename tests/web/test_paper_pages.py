"""Answers on paper: made, printed, typed by two people, decided, taken back."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update

from engagement.accounts.rules import Role
from engagement.contributions.models import Contribution
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.paper.models import PaperBatch, PaperForm
from engagement.paper.queries import codes_of
from engagement.programmes.models import Activity
from tests.client import CheckedClient
from tests.factories import Programme, World
from tests.factories.chain import open_conversation, publish

Browse = Callable[[], CheckedClient]
WORDS = "The last bus <b>goes</b> at five"
TYPED = {
    "outcome": "filled in",
    "words": WORDS,
    "place": "Riverbank",
    "speaker": "resident",
    "may_quote": "yes",
}


@pytest.fixture
def programme(world: World) -> Programme:
    """A published programme with an open conversation."""
    made = world.north.programme()
    with world.north.inside():
        publish(made)
        open_conversation(made, "Tell us on paper")
    return made


@pytest.fixture
def here(programme: Programme) -> str:
    return f"/p/north/facilitate/programmes/{programme.public_id}/paper"


@pytest.fixture
def ann(world: World, browse: Browse) -> CheckedClient:
    return browse().be(world.north.session(world.north.staff(Role.FACILITATOR)))


@pytest.fixture
def ben(world: World, browse: Browse) -> CheckedClient:
    return browse().be(world.north.session(world.north.staff(Role.FACILITATOR)))


@pytest.fixture
def codes(world: World, programme: Programme, ann: CheckedClient, here: str) -> list[str]:
    """The codes of two forms that were made on the page."""
    with world.north.inside():
        activity = db.session.scalars(select(Activity.public_id)).first()
    assert ann.send(here, {"activity": activity, "count": "2"}).status_code == 303
    with world.north.inside():
        batch = db.session.scalars(select(PaperBatch.public_id)).one()
        return [code for _number, code in codes_of(programme.id, batch)]


@pytest.mark.parametrize("print_", ["plain", "large"])
def test_forms_are_printed_with_their_code_on_every_page(
    world: World, ann: CheckedClient, here: str, codes: list[str], print_: str
) -> None:
    with world.north.inside():
        batch = db.session.scalars(select(PaperBatch.public_id)).one()
    made = ann.send(f"{here}/print/{batch}", {"print": print_})
    assert made.mimetype == "application/pdf"
    read = PdfReader(io.BytesIO(made.data))
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]  # tagged, for a screen reader
    pages = [" ".join(page.extract_text().split()) for page in read.pages]
    for code in codes:
        mine = [text for text in pages if code in text]
        assert any("Tell us on paper" in text for text in mine)
    assert all(any(code in text for code in codes) for text in pages if text)
    everything = " ".join(pages)
    assert "May we show your words to others?" in everything
    assert "How to hand it in" in everything
    assert "/p/north/programmes/" in everything.replace(" ", "")
    assert ann.send(f"{here}/print/nothing", {"print": print_}).status_code == 404


def test_two_people_type_the_same_and_it_is_in_the_corpus(
    world: World, ann: CheckedClient, ben: CheckedClient, here: str, codes: list[str]
) -> None:
    assert ann.send(f"{here}/type", TYPED | {"code": codes[0]}).status_code == 303
    again = ann.send(f"{here}/type", TYPED | {"code": codes[0]}).text
    assert "give it to somebody else" in again
    assert "The last bus &lt;b&gt;goes&lt;/b&gt; at five" in again  # what was typed is there
    # The second sees nothing of the first's words.
    blind = ben.get(f"{here}/type?code={codes[0]}").text + ben.get(here).text
    assert "last bus" not in blind
    same = TYPED | {"code": codes[0].lower(), "words": f"  {WORDS}\r\n"}
    assert ben.send(f"{here}/type", same).status_code == 303
    with world.north.inside():
        assert db.session.scalars(select(Contribution.text)).all() == [WORDS]
    assert "typed twice already" in ben.send(f"{here}/type", same).text


def test_a_difference_is_shown_in_words_and_decided(
    world: World, ann: CheckedClient, ben: CheckedClient, here: str, codes: list[str]
) -> None:
    ann.send(f"{here}/type", TYPED | {"code": codes[0]})
    other = {"code": codes[0], "words": "The last bus <b>goes</b> at six", "may_quote": "no"}
    ben.send(f"{here}/type", TYPED | other)
    page = ben.get(here).text
    link = page.split("/paper/compare/")[1].split('"')[0]
    shown = ben.get(f"{here}/compare/{link}").text
    assert "here it differs:" in shown
    assert "<strong>six</strong>" in shown
    assert "&lt;b&gt;goes&lt;/b&gt; at" in shown
    assert "Where they live" not in shown  # it is the same
    # What a browser sends: the fields that differ, and no others.
    asked = {"words": WORDS, "may_quote": "yes"}
    choice = asked | {"choose_words": "second", "choose_may_quote": "first"}
    missing = ben.send(f"{here}/compare/{link}", asked | {"choose_words": "second"}).text
    assert "Choose whose is right" in missing
    assert ben.send(f"{here}/compare/{link}", choice).status_code == 303
    with world.north.inside():
        said = db.session.scalars(select(Contribution)).one()
        assert (said.text, said.may_quote) == ("The last bus <b>goes</b> at six", True)
    assert ben.get(f"{here}/compare/{link}").status_code == 404


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"words": " "}, "Type what they wrote, or choose Blank"),
        ({"code": ""}, "Enter the code"),
        ({"code": "0000-0001"}, "A letter of the code is wrong"),
        ({"code": "00000000"}, "No form of this programme"),
        ({"words": "x" * 20_001}, "characters or "),
        (
            {"said_on-day": "1", "said_on-month": "1", "said_on-year": "2999"},
            "The date must be today or in the past",
        ),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(
    ann: CheckedClient, here: str, codes: list[str], change: dict[str, str], told: str
) -> None:
    assert told in ann.send(f"{here}/type", TYPED | {"code": codes[0]} | change).text


def test_a_late_form_asks_why_and_a_code_takes_its_words_back(
    world: World, ann: CheckedClient, ben: CheckedClient, here: str, codes: list[str]
) -> None:
    with world.north.inside(), transaction():
        db.session.execute(update(Activity).values(closes_at=Activity.created_at))
    late = TYPED | {"code": codes[0]}
    assert "say why it is taken" in ann.send(f"{here}/type", late).text
    ann.send(f"{here}/type", late | {"late_reason": "Posted in time"})
    assert ben.send(f"{here}/type", late).status_code == 303
    assert ann.send(f"{here}/take-back", {"code": codes[0]}).status_code == 303
    with world.north.inside():
        assert db.session.scalars(select(Contribution.text)).all() == [None]
        reasons = db.session.scalars(select(PaperForm.late_reason).order_by(PaperForm.code)).all()
        assert sorted(reasons) == ["", "Posted in time"]
    assert "check it" in ann.send(f"{here}/take-back", {"code": "00000000"}).text
