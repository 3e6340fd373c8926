"""Registering for a panel: question by question, sent once, changed, taken back, and by whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import event

from engagement.accounts.rules import Role
from engagement.audit.models import AuditEntry
from engagement.extensions import db
from engagement.panels import service
from engagement.panels.invitations import reissue
from engagement.panels.models import Registration, SupportNeed
from engagement.panels.queries import find_panel
from engagement.panels.wording import our_words
from engagement.people import service as people
from engagement.people.rules import GivenHow
from engagement.programmes import service as programmes
from engagement.programmes.rules import ActivityKind
from tests.client import CheckedClient
from tests.factories import Programme, World
from tests.factories.panels import PLAN, REMIT, draw_of, letters_for, panel_of
from tests.factories.places import POSTCODE
from tests.web.registering import (
    NOT_SAID,
    VOLUNTEERS,
    WHERE,
    Invited,
    answers,
    close,
    come_in,
    invite,
    standing_consents,
)
from tests.web.visits import rows

Browse = Callable[[], CheckedClient]


@pytest.fixture
def me(world: World, browse: Browse) -> Invited:
    """Somebody who has come in with a letter."""
    return invite(world, browse())


# What it is


def test_the_first_page_leads_to_the_panel_of_the_letter(me: Invited) -> None:
    home = me.browser.get("/p/north/me/").text
    assert me.at() in home
    assert str(escape(REMIT)) in home


def test_the_panels_page_says_all_that_one_wants_to_know(world: World, me: Invited) -> None:
    with world.north.inside():
        plan = replace(PLAN, least_age=16, eligibility="You wait for planned care.")
        service.change_panel(None, me.panel, plan)
    page = me.browser.get(me.at()).text
    for words in (
        REMIT,
        "What would help while you wait?",
        "North Partnership together with Healthwatch",
        "By lot",
        "You are 16 or older.",
        "You wait for planned care.",
        PLAN.payment,
        PLAN.support,
        PLAN.other_formats,
        "01632 960 001",
        "They must answer it in public",
        "never for two together",
    ):
        assert str(escape(words)) in page, words


def test_a_panel_of_volunteers_never_says_that_it_stands_for_others(
    world: World, browse: Browse
) -> None:
    with world.north.inside():
        panel = panel_of(world.north.programme(), VOLUNTEERS, published=True)
    browser = browse().be(world.north.session(world.north.resident()))
    me = Invited(Programme(0, ""), panel, "", 0, browser)
    me.send()
    pages = [f"/p/north/panels/{panel}", me.at(), me.question("sex"), me.at("receipt")]
    for path in pages:
        page = browser.get(path).text
        assert "Volunteers, not drawn by lot" in page, path
        for claim in ("looks like the area", "By lot", "Drawn by lot", "lottery", "the draw"):
            assert claim not in page, f"{path}: {claim}"
    assert "does not stand for everybody" in browser.get(me.at()).text


def test_a_panel_open_to_all_and_then_drawn_is_called_just_that(
    world: World, browse: Browse
) -> None:
    with world.north.inside():
        kind = ActivityKind.COMMUNITY_PANEL
        panel = panel_of(world.north.programme(), kind=kind, published=True)
    public = f"/p/north/panels/{panel}"
    browser = browse().be(world.north.session(world.north.resident()))
    me = Invited(Programme(0, ""), panel, "", 0, browser)
    me.send()
    with world.north.inside():
        draw_of(panel)
    staff = browse().be(world.north.session(world.north.staff(Role.FACILITATOR)))
    desk = f"/p/north/facilitate/panels/{panel}"
    pages = [
        *((browser, path) for path in (public, f"{public}/draw", me.at(), me.question("sex"))),
        *((browser, me.at(page)) for page in ("receipt", "result")),
        *((staff, desk + page) for page in ("", "/targets", "/pool")),
    ]
    for visitor, path in pages:
        page = visitor.get(path).text
        assert "Volunteers, then a lottery" in page, path
        for claim in ("look like the area", "looks like the area", "Drawn by lot", "By lot"):
            assert claim not in page, f"{path}: {claim}"
    assert "does not stand for everybody" in browser.get(f"{public}/draw").text
    question = browser.get(me.question("sex")).text
    assert "your chance can be much smaller" in question
    assert "uses it for the draw" in question
    assert "How the draw works" in browser.get(me.at("receipt")).text
    with world.north.inside():
        found = find_panel(None, panel)
        assert found is not None
        letter = our_words(found, "Healthwatch")
    assert "A lottery then draws the panel" in letter
    assert "drawn by lot" not in letter
    assert "looks like" not in letter


# Question by question


def test_each_answer_is_kept_as_it_is_given_with_the_words_that_were_shown(
    app: Flask, me: Invited
) -> None:
    first = me.browser.send(me.at("begin"), page=me.at())
    assert first.location == me.question("sex")
    shown = me.browser.get(me.question("sex")).text
    assert "Prefer not to say" in shown
    assert "your chance can be much smaller" in shown
    assert "checked" not in shown
    answer = me.browser.send(me.question("sex"), {"answer": "female"})
    assert answer.location == me.question("age")
    assert answers(app) == {"sex": "female"}
    ((purpose, words, how, _),) = standing_consents(app)
    assert purpose == "put together a panel of all kinds of people"
    assert how is GivenHow.ONLINE
    for line in words.splitlines():
        assert str(escape(line)) in shown, line


@pytest.mark.parametrize("value", ["", "neither", "FEMALE", "\0", "x" * 5_000])
def test_what_is_no_answer_is_not_kept(app: Flask, me: Invited, value: str) -> None:
    me.browser.send(me.at("begin"), page=me.at())
    answer = me.browser.send(me.question("sex"), {"answer": value})
    assert answer.status_code == 200
    assert answer.text.partition("<title>")[2].startswith("Error:")
    assert answers(app) == {}
    assert standing_consents(app) == []


def test_preferring_not_to_say_is_an_answer_and_another_takes_its_place(
    app: Flask, me: Invited
) -> None:
    me.answer_all()
    me.browser.send(me.question("sex"), {"answer": NOT_SAID})
    assert answers(app)["sex"] == NOT_SAID
    back = me.browser.send(me.question("sex"), {"answer": "male"})
    assert back.location == me.at("check")
    assert answers(app)["sex"] == "male"
    assert len(standing_consents(app)) == 3


def test_somebody_too_young_finds_no_answer_that_says_so(world: World, me: Invited) -> None:
    with world.north.inside():
        service.change_panel(None, me.panel, replace(PLAN, least_age=18, most_age=70))
    me.browser.send(me.at("begin"), page=me.at())
    page = me.browser.get(me.question("age")).text
    assert 'value="under-16"' not in page
    assert 'value="75-plus"' not in page
    assert 'value="16-24"' in page
    assert me.browser.send(me.question("age"), {"answer": "under-16"}).status_code == 200


def test_what_was_told_before_is_confirmed_and_not_asked_again(
    app: Flask, world: World, me: Invited
) -> None:
    with world.north.inside():
        people.answer_question(me.resident, "sex", "male", "words", GivenHow.ONLINE)
        people.answer_question(me.resident, "age", NOT_SAID, "words", GivenHow.ONLINE)
    first = me.browser.send(me.at("begin"), page=me.at())
    assert first.location == me.at("known")
    page = me.browser.get(me.at("known")).text
    assert "Male" in page
    assert "How old are you?" not in page
    assert answers(app) == {}
    assert "checked" in me.browser.get(me.question("sex")).text
    assert me.browser.send(me.at("known")).location == me.question("age")
    assert answers(app) == {"sex": "male"}
    assert me.browser.get(me.at("known")).location == me.question("age")


def test_where_somebody_lives_is_asked_once_and_the_postcode_forgotten(
    app: Flask, world: World, browse: Browse
) -> None:
    me = invite(world, browse(), where=True)
    me.browser.send(me.at("begin"), page=me.at())
    for typed, words in (
        ({}, "Tell us where you live"),
        ({"postcode": "nonsense"}, "Enter a full postcode"),
        ({"postcode": POSTCODE, "withheld": NOT_SAID}, "one way only"),
        ({"area": "E05000003"}, "Choose from the answers"),
    ):
        answer = me.browser.send(me.question(WHERE), typed)
        assert words in answer.text, typed
    assert answers(app) == {}
    answer = me.browser.send(me.question(WHERE), {"postcode": POSTCODE.lower()})
    assert answer.location == me.question("own-1")
    assert answers(app) == {"place": "E05000001", "deprivation": "1"}
    with app.app_context(), db.engine.connect() as connection:
        dump = "".join(
            str(row)
            for table in db.metadata.sorted_tables
            if table.name not in ("postcode",)
            for row in connection.execute(table.select())
        )
    assert POSTCODE not in dump
    assert POSTCODE.lower() not in dump
    assert "Mill; Most deprived fifth" in me.browser.get(me.at("check")).text
    me.browser.send(me.question(WHERE), {"area": "E05000002"})
    assert answers(app) == {"place": "E05000002", "deprivation": NOT_SAID}
    me.browser.send(me.question(WHERE), {"withheld": NOT_SAID})
    assert answers(app) == {"place": NOT_SAID, "deprivation": NOT_SAID}


def test_a_postcode_of_somewhere_else_is_refused_in_words(
    app: Flask, world: World, browse: Browse
) -> None:
    me = invite(world, browse(), where=True)
    with world.north.inside():
        programmes.set_places(None, me.programme.public_id, ["Millbrook"], ["People"])
    me.browser.send(me.at("begin"), page=me.at())
    answer = me.browser.send(me.question(WHERE), {"postcode": POSTCODE})
    assert "not in the area that the panel is for" in answer.text
    assert answers(app) == {}


def test_what_helps_is_kept_for_those_who_need_to_know_and_can_be_emptied(
    app: Flask, me: Invited
) -> None:
    me.answer_all()
    assert me.browser.get(me.at("check")).status_code == 200
    form = {"kinds": "bsl", "companion": "my sister", "words": "No strip lights"}
    assert me.browser.send(me.at("support"), form).location == me.at("check")
    ((needs,),) = rows(app, SupportNeed.needs)
    assert needs.splitlines() == [
        "A British Sign Language (BSL) interpreter",
        "Comes with me: my sister",
        "No strip lights",
    ]
    assert "Comes with you: my sister" in me.browser.get(me.at("check")).text
    page = me.browser.get(me.at("support")).text
    assert 'value="my sister"' in page
    assert "No strip lights" in page
    me.browser.send(me.at("support"), {"companion": "", "words": ""})
    assert rows(app, SupportNeed.needs) == []
    assert me.browser.send(me.at("support"), {"kinds": "yacht"}).status_code == 200


# Sent, changed, taken back


def test_sending_gives_one_reference_however_often_it_is_sent(app: Flask, me: Invited) -> None:
    reference = me.send()
    again = me.browser.post(
        me.at("check"), data={"csrf_token": me.browser.token(me.question("sex"))}
    )
    assert again.location == me.at("receipt")
    assert reference in me.browser.get(me.at("receipt")).text
    assert len(rows(app, Registration.id)) == 1
    sent = [row for row in rows(app, AuditEntry.action) if row[0] == "registration.sent"]
    assert len(sent) == 1
    assert "How the draw works" in me.browser.get(me.at("receipt")).text


def test_nothing_is_sent_while_a_question_is_open(app: Flask, me: Invited) -> None:
    me.browser.send(me.at("begin"), page=me.at())
    me.browser.send(me.question("sex"), {"answer": "female"})
    page = me.browser.get(me.at("check")).text
    assert "Not answered" in page
    token = me.browser.token(me.question("sex"))
    answer = me.browser.post(me.at("check"), data={"csrf_token": token})
    assert answer.location == me.question("age")
    assert rows(app, Registration.sent_at) == [(None,)]
    assert me.browser.get(me.at("receipt")).location == me.at()


def test_code_and_word_lead_back_to_where_one_was(me: Invited, browse: Browse) -> None:
    me.browser.send(me.at("begin"), page=me.at())
    me.browser.send(me.question("sex"), {"answer": "female"})
    later = browse()
    later.send("/p/north/me/enter", {"code": me.code})
    later.send("/p/north/me/return", {"return_word": "Blue  Heron"})
    assert "Begun" in later.get("/p/north/me/").text
    assert "have not sent your answers yet" in later.get(me.at()).text
    assert later.send(me.at("begin"), page=me.at()).location == me.question("age")


def test_a_second_adult_registers_from_the_same_letter_and_sees_nothing_of_the_first(
    app: Flask, me: Invited, browse: Browse
) -> None:
    first = me.send()
    other = replace(me, browser=browse())
    come_in(other.browser, me.code, "another word")
    page = other.browser.get(me.at()).text
    assert first not in page
    assert "Begin" in page
    assert other.send() != first
    households = {row[0] for row in rows(app, Registration.household)}
    assert len(households) == 1
    assert None not in households


def test_one_press_takes_the_name_back_and_it_can_be_put_forward_again(
    app: Flask, me: Invited
) -> None:
    reference = me.send()
    me.browser.send(me.at("support"), {"kinds": "bsl"})
    answer = me.browser.send(me.at("withdraw"), page=me.at())
    assert answer.location == me.at()
    page = me.browser.get(me.at()).text
    assert "We have taken your name back and deleted your answers." in page
    assert "You took your name back on" in page
    assert answers(app) == {}
    assert rows(app, SupportNeed.id) == []
    assert standing_consents(app) == []
    assert me.browser.get(me.at("receipt")).location == me.at()
    assert "Taken back" in me.browser.get("/p/north/me/").text
    assert me.send() == reference


def test_taking_back_twice_or_before_one_began_changes_nothing(app: Flask, me: Invited) -> None:
    assert me.browser.send(me.at("withdraw"), page=me.at()).location == me.at()
    assert rows(app, Registration.id) == []
    me.send()
    for _ in range(2):
        me.browser.send(me.at("withdraw"), page=me.at())
        marked = rows(app, Registration.withdrawn_at)
    assert len(marked) == 1


# Closed, not invited, other people's


def test_a_new_code_for_a_lost_letter_leads_back_and_the_old_one_says_what_to_do(
    world: World, me: Invited, browse: Browse
) -> None:
    me.answer_all()
    with world.north.inside():
        code = reissue(None, me.panel, 1).code
    later = browse()
    for wrong in (me.code, "AAAAA-AAAAA"):
        page = later.send("/p/north/me/enter", {"code": wrong}).text
        assert "We do not know this code, or it is too old" in page
        assert "we can give you a new code" in page
    later.send("/p/north/me/enter", {"code": code})
    later.send("/p/north/me/return", {"return_word": "blue heron"})
    assert "have not sent your answers yet" in later.get(me.at()).text
    assert later.send(me.at("begin"), page=me.at()).location == me.at("check")


def test_after_it_closed_each_page_says_so_and_nothing_changes(
    app: Flask, world: World, me: Invited, browse: Browse
) -> None:
    late = replace(me, browser=browse())
    come_in(late.browser, me.code, "late word")
    me.answer_all()
    token = me.browser.token(me.question("sex"))
    close(world, me.panel)
    assert "Registration has closed" in late.browser.get(me.at()).text
    assert "closed before you sent your answers" in me.browser.get(me.at()).text
    before = answers(app)
    for page, form in (
        ("questions/sex", {"answer": "male"}),
        ("support", {"kinds": "bsl"}),
        ("check", {}),
        ("known", {}),
        ("begin", {}),
    ):
        if page != "begin":
            assert me.browser.get(me.at(page)).location == me.at()
        answer = me.browser.post(me.at(page), data={"csrf_token": token, **form})
        assert answer.location == me.at()
    assert answers(app) == before
    assert me.browser.send(me.at("withdraw"), page=me.at()).status_code == 303
    assert answers(app) == {}


def test_who_has_no_letter_reads_how_people_are_invited(
    world: World, browse: Browse, app: Flask
) -> None:
    with world.north.inside():
        seen = panel_of(world.north.programme(), published=True)
        hidden = panel_of(world.north.programme())
        letters_for(seen, 1)
    browser = browse().be(world.north.session(world.north.resident("Ned")))
    page = browser.get(f"/p/north/me/panels/{seen}").text
    assert "You have no letter for this panel" in page
    token = browser.token("/p/north/me/contact")
    for step in ("begin", "withdraw", "check", "support", "questions/sex", "known"):
        answer = browser.post(f"/p/north/me/panels/{seen}/{step}", data={"csrf_token": token})
        assert answer.location == f"/p/north/me/panels/{seen}", step
    assert rows(app, Registration.id) == []
    assert browser.get(f"/p/north/me/panels/{hidden}").status_code == 404


def test_what_is_not_there_is_not_found(me: Invited) -> None:
    me.browser.send(me.at("begin"), page=me.at())
    for path in (me.question("tenure"), me.question(WHERE), "/p/north/me/panels/nothing"):
        assert me.browser.get(path).status_code == 404


def test_no_question_page_asks_the_database_more_than_six_questions(
    app: Flask, world: World, browse: Browse
) -> None:
    me = invite(world, browse(), where=True)
    with world.north.inside():
        people.answer_question(me.resident, "sex", "male", "words", GivenHow.ONLINE)
    me.browser.send(me.at("begin"), page=me.at())
    with app.app_context():
        engine = db.engine
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        for page in (
            "",
            "known",
            "questions/sex",
            "questions/age",
            f"questions/{WHERE}",
            "questions/own-1",
            "support",
            "check",
        ):
            me.browser.get(me.at(page))
            said = [one for one in asked if not one.startswith(("BEGIN", "ROLLBACK"))]
            assert len(said) <= 6, "\n".join([page, *said])
            asked.clear()
    finally:
        event.remove(engine, "before_cursor_execute", note)
