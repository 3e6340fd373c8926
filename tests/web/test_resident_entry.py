"""Residents come in with a code from a letter, with their own, or by a link; never a password."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from engagement.accounts.models import Token
from engagement.accounts.rules import TOKEN_LIFE, TokenPurpose
from engagement.messages.models import Message
from engagement.messages.rules import MessageState
from engagement.people.models import LetterCode, MemberCode, Resident
from engagement.people.rules import LETTER_CODE_LIFE, MEMBER_CODE_LIFE
from engagement.people.service import (
    issue_letter_codes,
    issue_member_code,
    revoke_member_code,
    send_link,
)
from tests.client import CheckedClient
from tests.factories import World
from tests.past import move_back
from tests.web.visits import counted, rows, same_page, session_of

Browse = Callable[[], CheckedClient]
ENTER, WELCOME, BEGIN, RETURN, HOME, LINK = (
    f"/p/north/me/{page}" for page in ("enter", "welcome", "begin", "return", "", "link")
)


def letter(world: World) -> str:
    with world.north.inside():
        return issue_letter_codes(1)[0]


def code_for(world: World, public_id: str) -> str:
    with world.north.inside():
        return issue_member_code(public_id)


def begin(browser: CheckedClient, code: str, word: str) -> None:
    assert browser.send(ENTER, {"code": code}).location == WELCOME
    assert browser.send(BEGIN, {"return_word": word}).location == HOME


def test_a_letter_needs_no_name_no_password_and_no_e_mail(
    app: Flask, world: World, browse: Browse
) -> None:
    browser = browse()
    begin(browser, letter(world), "herons")
    assert browser.get(HOME).status_code == 200
    assert rows(app, Resident.name, Resident.email, Resident.phone) == [("", "", "")]


def test_the_code_and_the_word_together_lead_back_to_ones_own_answers(
    world: World, browse: Browse
) -> None:
    code, browser = letter(world), browse()
    begin(browser, code, "Wet Herons")
    form = {"name": "Ada", "contact_by": "do not contact me"}
    assert browser.send("/p/north/me/contact", form).location == HOME
    later = browse()
    assert later.send(ENTER, {"code": code}).location == WELCOME
    assert later.send(RETURN, {"return_word": "  wet   HERONS "}).location == HOME
    assert "Ada" in later.get("/p/north/me/contact").text


def test_two_adults_of_one_home_use_one_letter_and_never_meet(
    app: Flask, world: World, browse: Browse
) -> None:
    code, first, second = letter(world), browse(), browse()
    begin(first, code, "herons")
    first.send("/p/north/me/contact", {"name": "Ada", "contact_by": "do not contact me"})
    second.send(ENTER, {"code": code})
    answer = second.send(BEGIN, {"return_word": "Herons"})
    assert "Somebody in your home has this word" in answer.text
    begin(second, code, "otters")
    assert len(rows(app, Resident.id)) == 2
    assert "Ada" not in second.get("/p/north/me/contact").text
    for word, name in (("herons", True), ("otters", False)):
        browser = browse()
        browser.send(ENTER, {"code": code})
        browser.send(RETURN, {"return_word": word})
        assert ("Ada" in browser.get("/p/north/me/contact").text) is name


def test_a_wrong_word_opens_nothing(world: World, browse: Browse) -> None:
    code, browser = letter(world), browse()
    begin(browse(), code, "herons")
    browser.send(ENTER, {"code": code})
    for word in ("otters", "heron", "herons!", "her ons"):
        answer = browser.send(RETURN, {"return_word": word})
        assert answer.status_code == 200
        assert "Nobody began with this code and this word" in answer.text
    assert browser.get(HOME).location == ENTER


def test_a_word_of_another_letter_opens_nothing(world: World, browse: Browse) -> None:
    mine, theirs, browser = letter(world), letter(world), browse()
    begin(browse(), theirs, "herons")
    browser.send(ENTER, {"code": mine})
    assert browser.send(RETURN, {"return_word": "herons"}).status_code == 200


@pytest.mark.parametrize("word", ["", "abc", "  a  ", "a" * 101])
def test_a_word_must_be_neither_short_nor_long(world: World, browse: Browse, word: str) -> None:
    browser = browse()
    browser.send(ENTER, {"code": letter(world)})
    answer = browser.send(BEGIN, {"return_word": word})
    assert answer.text.partition("<title>")[2].startswith("Error:")
    assert browser.get(HOME).location == ENTER


def test_the_word_is_stored_as_a_hash_only(app: Flask, world: World, browse: Browse) -> None:
    begin(browse(), letter(world), "herons")
    ((stored,),) = rows(app, Resident.return_word_hash)
    assert stored.startswith("$argon2id$")


@pytest.mark.parametrize("step", [WELCOME, BEGIN, RETURN])
def test_no_step_can_be_taken_without_the_code(world: World, browse: Browse, step: str) -> None:
    browser = browse()
    assert browser.get(step).location == ENTER
    if step != WELCOME:
        form = {"csrf_token": browser.token(ENTER), "return_word": "herons"}
        assert browser.post(step, data=form).location == ENTER


def test_a_letters_code_that_ends_in_between_ends_the_visit(
    app: Flask, world: World, browse: Browse
) -> None:
    browser = browse()
    browser.send(ENTER, {"code": letter(world)})
    move_back(app, LetterCode.expires_at, LETTER_CODE_LIFE)
    assert browser.send(BEGIN, {"return_word": "herons"}).location == ENTER
    assert rows(app, Resident.id) == []


def _as_it_was(code: str) -> str:
    return code


def _in_small_letters(code: str) -> str:
    return code.lower()


def _without_the_dash(code: str) -> str:
    return code.replace("-", "")


def _with_spaces(code: str) -> str:
    return f"  {' '.join(code.replace('-', ' '))} "


def _with_letters_that_look_alike(code: str) -> str:
    return code.replace("0", "o").replace("1", "l")


def _with_other_letters_that_look_alike(code: str) -> str:
    return code.replace("0", "O").replace("1", "I")


def _with_a_long_dash(code: str) -> str:
    return code.replace("-", " – ")


@pytest.mark.parametrize(
    "typed",
    [
        _as_it_was,
        _in_small_letters,
        _without_the_dash,
        _with_spaces,
        _with_letters_that_look_alike,
        _with_other_letters_that_look_alike,
        _with_a_long_dash,
    ],
    ids=lambda typed: typed.__name__.strip("_").replace("_", " "),
)
def test_a_code_may_be_typed_as_people_type(
    world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch, typed: Callable[[str], str]
) -> None:
    monkeypatch.setattr("engagement.people.service.new_code", lambda: "10AB1-0CD01")
    code = code_for(world, world.north.resident().public_id)
    assert browse().send(ENTER, {"code": typed(code)}).location == HOME


def test_a_member_comes_in_with_their_own_code_alone(world: World, browse: Browse) -> None:
    resident = world.north.resident("Ada Brown")
    code, browser = code_for(world, resident.public_id), browse()
    for _ in range(2):
        assert browser.send(ENTER, {"code": code}).location == HOME
        assert "Ada Brown" in browser.get(HOME).text


def test_a_new_code_makes_the_old_one_useless_and_ends_its_sessions(
    world: World, browse: Browse
) -> None:
    resident, browser = world.north.resident(), browse()
    old = code_for(world, resident.public_id)
    assert browser.send(ENTER, {"code": old}).location == HOME
    new = code_for(world, resident.public_id)
    assert new != old
    assert browser.get(HOME).location == ENTER
    assert browse().send(ENTER, {"code": old}).status_code == 200
    assert browse().send(ENTER, {"code": new}).location == HOME


def test_a_revoked_code_is_useless_and_its_sessions_end(world: World, browse: Browse) -> None:
    resident, browser = world.north.resident(), browse()
    code = code_for(world, resident.public_id)
    browser.send(ENTER, {"code": code})
    with world.north.inside():
        revoke_member_code(resident.public_id)
    assert browser.get(HOME).location == ENTER
    assert browse().send(ENTER, {"code": code}).status_code == 200


def test_nothing_tells_why_a_code_is_refused(
    app: Flask, world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the words, not the status, not the number of questions asked of the database."""
    with world.north.inside():
        late_letter, other_letter = issue_letter_codes(2)
    with world.south.inside():
        (of_south,) = issue_letter_codes(1)
        member_of_south = issue_member_code(world.south.resident().public_id)
    late, revoked = (world.north.resident().public_id for _ in range(2))
    late_code, revoked_code = code_for(world, late), code_for(world, revoked)
    with world.north.inside():
        revoke_member_code(revoked)
    move_back(app, LetterCode.expires_at, LETTER_CODE_LIFE)
    move_back(app, MemberCode.expires_at, MEMBER_CODE_LIFE)
    browse().send(ENTER, {"code": "AAAAA-AAAAA"})
    seen = []
    for code in (
        "ZZ9ZZ-ZZ9ZZ",
        late_letter,
        other_letter,
        late_code,
        revoked_code,
        of_south,
        member_of_south,
    ):
        browser = browse()
        form = {"csrf_token": browser.token(ENTER), "code": code}
        with counted(app, monkeypatch) as cost:
            answer = browser.post(ENTER, data=form)
        seen.append((same_page(answer, code), cost))
    assert "We do not know this code" in seen[0][0][2]
    assert all(one == seen[0] for one in seen), [cost for _, cost in seen]


@pytest.mark.parametrize(
    "typed", ["", " ", "-", "x" * 41, "é" * 10, "\0", "<b>", "' OR 1=1 --", "%", "🦔" * 10]
)
def test_what_is_no_code_is_refused_kindly(world: World, browse: Browse, typed: str) -> None:
    answer = browse().send(ENTER, {"code": typed})
    assert answer.status_code == 200
    assert answer.text.partition("<title>")[2].startswith("Error:")


def test_a_letters_code_lives_for_120_days_and_a_members_for_three_years() -> None:
    assert timedelta(days=120) == LETTER_CODE_LIFE
    assert timedelta(days=3 * 365) == MEMBER_CODE_LIFE


def link_to(world: World, email: str) -> str:
    links: list[str] = []

    def made(token: str) -> str:
        links.append(f"{LINK}/{token}")
        return links[0]

    with world.north.inside():
        send_link(email, made)
    return links[0]


def test_a_link_enters_only_when_its_button_is_pressed_and_once(
    world: World, browse: Browse
) -> None:
    world.north.resident("Ada Brown", "ada@north.example")
    link, browser = link_to(world, "Ada@North.example "), browse()
    for _ in range(3):
        assert "Come in" in browse().get(link).text
        assert browse().head(link).status_code == 200
    form = {"csrf_token": browser.token(link)}
    assert browser.post(link, data=form).location == HOME
    assert "Ada Brown" in browser.get(HOME).text
    for again in (browse().get(link), browser.get(link)):
        assert again.status_code == 404
        assert "does not work any more" in again.text


def test_a_link_works_for_a_day_and_until_the_next(
    app: Flask, world: World, browse: Browse
) -> None:
    world.north.resident(email="ada@north.example")
    first, second = (link_to(world, "ada@north.example") for _ in range(2))
    assert browse().get(first).status_code == 404
    assert browse().get(second).status_code == 200
    move_back(app, Token.expires_at, TOKEN_LIFE[TokenPurpose.RESIDENT_LINK])
    assert browse().get(second).status_code == 404


def test_nothing_tells_whether_an_address_is_known(
    app: Flask, world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.north.resident("Ada", "ada@north.example")
    for name in ("Bea", "Cid"):
        world.north.resident(name, "shared@north.example")
    world.south.resident("Dan", "dan@north.example")
    browse().send(LINK, {"email": "first@north.example"})
    seen = []
    for name in ("ada", "nobody", "shared", "dan"):
        email, browser = f"{name}@north.example", browse()
        form = {"csrf_token": browser.token(LINK), "email": email}
        with counted(app, monkeypatch) as cost:
            answer = browser.post(LINK, data=form)
        page = same_page(browser.get(answer.location), email)
        seen.append((same_page(answer, email), page, cost))
    assert all(one == seen[0] for one in seen), [cost for *_, cost in seen]
    sent = rows(app, Message.recipient, Message.state)
    assert [to for to, state in sent if state is MessageState.QUEUED] == ["ada@north.example"]
    assert len(sent) == 5


def test_two_people_with_one_address_get_no_link(app: Flask, world: World) -> None:
    """It could open the wrong person's pages."""
    for name in ("Bea", "Cid"):
        world.north.resident(name, "shared@north.example")
    link_to(world, "shared@north.example")
    assert [to for (to,) in rows(app, Message.recipient)] == [""]
    assert rows(app, Token.resident_id) == [(None,)]


def test_without_an_address_nobody_is_found(app: Flask, world: World) -> None:
    world.north.resident("Ada", "")
    link_to(world, "")
    assert rows(app, Token.resident_id) == [(None,)]


def test_the_letters_code_is_forgotten_when_one_has_come_in(world: World, browse: Browse) -> None:
    browser = browse()
    begin(browser, letter(world), "herons")
    assert set(session_of(browser)) <= {"token", "csrf_token", "_flashes"}


def test_one_goes_on_where_one_was_asked_for_the_code(world: World, browse: Browse) -> None:
    code, browser = code_for(world, world.north.resident().public_id), browse()
    assert browser.get("/p/north/me/about/sex").location == ENTER
    assert browser.send(ENTER, {"code": code}).location == "/p/north/me/about/sex"


def test_the_short_address_of_a_letter_leads_to_entering_a_code(
    browse: Browse, world: World
) -> None:
    for typed in ("north", "North", "NORTH"):
        answer = browse().get(f"/{typed}")
        assert (answer.status_code, answer.location) == (303, "/p/north/me/enter")
    for typed in ("elsewhere", "p", "nort", "north'--"):
        assert browse().get(f"/{typed}").status_code == 404
