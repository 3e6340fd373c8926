"""A data card above a question of a survey, and the answers as a table, on their pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from engagement.accounts.rules import Role
from tests.client import CheckedClient
from tests.factories import World
from tests.factories.cards import WORDS as CARD
from tests.factories.cards import published_card
from tests.factories.surveys import TOLD, WAITS, answer, questions, survey

Browse = Callable[[], CheckedClient]


def test_a_card_is_chosen_by_staff_and_read_by_whoever_answers(
    world: World, browse: Browse
) -> None:
    programme = world.north.programme()
    with world.north.inside():
        published_card(programme)
        activity = survey(programme, WAITS, replace(TOLD, page=2))
        key = questions(programme, activity)[1].key
    desk = browse().be(world.north.session(world.north.staff(Role.FACILITATOR)))
    at = f"/p/north/facilitate/programmes/{programme.public_id}/survey/{activity}"
    change = f"{at}/question/{key}"
    form = {"text": TOLD.text, "points": "5", "low": TOLD.low, "high": TOLD.high, "page": "2"}
    assert CARD.title in desk.get(change).text
    assert "Choose from the answers" in desk.send(change, form | {"card": "none"}).text
    with world.north.inside():
        card = published_card(programme, replace(CARD, title="Another figure"))
    assert desk.send(change, form | {"card": card}).status_code == 303
    who, here = browse(), f"/p/north/programmes/{programme.public_id}/survey/{activity}"
    who.send(here)
    assert "Another figure" not in who.get(f"{here}/page/1").text
    who.send(f"{here}/page/1", {"q0": "Yes"})
    page = who.get(f"{here}/page/2").text
    assert page.index("Another figure") < page.index(TOLD.text)
    entered = desk.send(f"{at}/enter", {"channel": "phone"})
    if entered.status_code == 303:
        desk.send(entered.location, {"q0": "Yes"})
        assert "Another figure" in desk.get(entered.location.removesuffix("/1") + "/2").text


def test_staff_take_the_answers_as_a_table(world: World, browse: Browse) -> None:
    programme = world.north.programme()
    with world.north.inside():
        activity = survey(programme)
        answer(programme, activity)
    desk = browse().be(world.north.session(world.north.staff(Role.FACILITATOR)))
    at = f"/p/north/facilitate/programmes/{programme.public_id}/survey/{activity}"
    assert "The answers (CSV)" in desk.get(f"{at}/results").text
    for table, words in (("answers", WAITS.text), ("columns", "id in every wave")):
        file = desk.send(f"{at}/answers/{table}", page=f"{at}/results")
        assert file.mimetype == "text/csv"
        assert words in file.data.decode()
    assert desk.send(f"{at}/answers/others", page=f"{at}/results").status_code == 404
    board = browse().be(world.north.session(world.north.staff(Role.BOARD_MEMBER)))
    assert board.send(f"{at}/answers/answers", page="/p/north/").status_code == 404
