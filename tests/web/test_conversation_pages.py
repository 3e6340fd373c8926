"""Open conversations in the browser: for residents without an account, and for who runs them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from engagement.accounts.rules import Role
from engagement.audit.queries import list_entries
from engagement.contributions.models import Contribution
from engagement.contributions.translating import translate
from engagement.conversations.declaring import (
    Reach,
    ask_to_be_told,
    count_to_be_told,
    stop_telling,
)
from engagement.conversations.maps import find_opinions_of, keep_opinions
from engagement.conversations.models import Statement, Vote
from engagement.conversations.queries import token_hash
from engagement.conversations.rules import MAP_PURPOSE, TELL_PURPOSE
from engagement.database import clock
from engagement.database.columns import new_public_id
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.messages.models import Message
from engagement.people.models import Consent, Resident
from engagement.people.participation import come_forward
from engagement.people.rules import ContactBy
from engagement.people.service import add_resident, resident_key
from engagement.programmes.models import Activity, Participant
from engagement.rights.consents import withdraw_consent
from tests.architecture.test_queries_per_page import counted_statements
from tests.client import BASE_URL, CheckedClient
from tests.factories import Programme, World
from tests.factories.conversations import (
    OWN,
    SEEDS,
    asks_to_be_told,
    conversation,
    mapped,
    own_statement,
    statements,
    two_camps,
)
from tests.rooms.test_opinion_maps import COMMENTS, POLIS, VOTES
from tests.threads import run_at_once
from tests.web.visits import session_of

Browse = Callable[[], CheckedClient]
AtOnce = Callable[..., list[BaseException]]
NUMBER = re.compile(r'name="(statement|number)" value="([^"]+)"')
# Texts of the kinds that public lists of hostile strings hold.
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    '=HYPERLINK("http://x.example";"click")',
    "{{ 7 * 7 }} ${7*7} #{7*7}",
    "a\u200bb\u200d\u2060\ufeffc\u202egnirts desrever\u2066",
    "'; DROP TABLE vote; --",
    "\u0645\u0631\u062d\u0628\u0627 bus \u05e9\u05dc\u05d5\u05dd",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d" * 9,
    "\x00\x07bell\x1b[31m",
)


@pytest.fixture
def programme(world: World) -> Programme:
    """A programme of north."""
    return world.north.programme()


@pytest.fixture
def activity(world: World, programme: Programme) -> str:
    """An open conversation in it, with seeds."""
    with world.north.inside():
        return conversation(programme)


@pytest.fixture
def page(programme: Programme, activity: str) -> str:
    """Where people vote."""
    return f"/p/north/programmes/{programme.public_id}/conversation/{activity}"


@pytest.fixture
def at_once(app: Flask) -> AtOnce:
    """Runs functions in threads of their own that start together; returns what they raised."""
    return lambda *acts: run_at_once(app, *acts)


@pytest.fixture
def facilitator(world: World, browse: Browse) -> CheckedClient:
    """The browser of a facilitator who is signed in."""
    return browse().be(world.north.session(world.north.staff(Role.FACILITATOR)))


def shown(browser: CheckedClient, page: str) -> dict[str, str]:
    """What the form of the statement on show carries."""
    return dict(NUMBER.findall(browser.get(page).text))


def answer(browser: CheckedClient, page: str, what: str) -> None:
    assert browser.send(page, {**shown(browser, page), "vote": what}).status_code == 303


def votes(world: World) -> list[int | None]:
    with world.north.inside():
        return list(db.session.scalars(select(Vote.value).order_by(Vote.id)))


def close(world: World) -> None:
    with world.north.inside(), transaction():
        db.session.execute(update(Activity).values(closes_at=clock.now() - timedelta(seconds=1)))


def test_somebody_answers_all_and_changes_and_takes_back(
    world: World, browse: Browse, page: str
) -> None:
    browser = browse()
    assert "You have answered 0 of 4." in browser.get(page).text
    for number, what in enumerate(("agree", "disagree", "pass", "agree"), 1):
        answer(browser, page, what)
        if number < 4:
            assert f"You have answered {number} of 4." in browser.get(page).text
    assert "You have answered everything" in browser.get(page).text
    assert votes(world) == [1, -1, 0, 1]
    mine = browser.get(f"{page}/mine").text
    assert all(seed in mine for seed in SEEDS)
    key = re.findall(r'name="statement" value="([^"]+)"', mine)[-1]
    browser.send(f"{page}/mine", {"statement": key, "vote": "disagree"})
    assert votes(world) == [-1, -1, 0, 1]
    browser.send(f"{page}/mine", {"statement": key, "vote": "take back"})
    assert votes(world) == [-1, 0, 1]
    browser.send(f"{page}/mine", {"statement": key, "vote": "nonsense"})
    assert "press one of the answers" in browser.get(f"{page}/mine").text


def test_what_is_skipped_comes_last_and_is_no_answer(
    world: World, browse: Browse, page: str
) -> None:
    browser = browse()
    first = shown(browser, page)
    answer(browser, page, "skip")
    for _ in range(3):
        assert shown(browser, page) != first
        answer(browser, page, "agree")
    assert shown(browser, page) == first
    assert "You skipped this one before" in browser.get(page).text
    assert len(votes(world)) == 3


def test_a_lost_cookie_is_somebody_new_and_the_page_says_so(
    world: World, browse: Browse, page: str
) -> None:
    browser = browse()
    answer(browser, page, "agree")
    assert "can answer again" in browser.get(page).text
    other = browse()
    assert "You have answered 0 of 4." in other.get(page).text
    assert "nobody can find them again" in other.get(f"{page}/mine").text
    answer(other, page, "agree")
    assert len(votes(world)) == 2


def test_a_double_press_is_one_vote(world: World, browse: Browse, page: str) -> None:
    browser = browse()
    form = {**shown(browser, page), "vote": "agree"}
    token = browser.token(page)
    for _ in range(2):
        browser.post(
            page, data={"csrf_token": token, **form}, headers={"Referer": f"{BASE_URL}{page}"}
        )
    assert votes(world) == [1]


def test_after_the_close_nothing_is_counted_and_the_page_says_so(
    world: World, browse: Browse, page: str
) -> None:
    browser = browse()
    form = {**shown(browser, page), "vote": "agree", "csrf_token": browser.token(page)}
    own = {"words": OWN, "may_quote": "yes", "csrf_token": browser.token(f"{page}/add")}
    close(world)
    late = browser.post(page, data=form, headers={"Referer": BASE_URL + page})
    assert "that answer is not counted" in late.text
    late = browser.post(f"{page}/add", data=own, headers={"Referer": BASE_URL + page})
    assert OWN in late.text
    late = browser.post(f"{page}/mine", data=form, headers={"Referer": BASE_URL + page})
    assert "that answer is not counted" in late.text
    assert votes(world) == []
    assert "It has closed" in browser.get(page).text
    assert "It has closed" in browser.get(f"{page}/add").text
    with world.north.inside():
        assert db.session.scalar(select(func.count(Contribution.id))) == 0


def test_somebody_adds_a_statement_that_others_vote_on(
    world: World, browse: Browse, page: str
) -> None:
    browser = browse()
    assert "Tick that we may show it" in browser.send(f"{page}/add", {"words": OWN}).text
    done = browser.send(f"{page}/add", {"words": OWN, "may_quote": "yes"})
    assert done.status_code == 303
    assert "See what others say" in browser.get(done.location).text
    assert votes(world) == [1]
    again = browse().send(f"{page}/add", {"words": OWN, "may_quote": "yes"})
    assert "Somebody has said this already" in again.text
    long = browse().send(f"{page}/add", {"words": "x" * 100_000, "may_quote": "yes"})
    assert "must be 300 characters or fewer" in long.text


def test_hostile_texts_stay_texts(
    world: World, browse: Browse, facilitator: CheckedClient, programme: Programme, page: str
) -> None:
    for number, text in enumerate(HOSTILE):
        sent = browse().send(f"{page}/add", {"words": text, "may_quote": "yes"})
        assert sent.status_code == 303, text
        assert number < len(HOSTILE)
    reader = browse()
    for _ in range(len(HOSTILE) + len(SEEDS)):
        text = reader.get(page).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert ">49 49" not in text
        if "You have answered everything" in text:
            break
        answer(reader, page, "agree")
    here = f"/p/north/facilitate/programmes/{programme.public_id}/conversation"
    assert "<script>alert" not in facilitator.get(f"{here}/{page.split('/')[-1]}").text
    with world.north.inside():
        assert db.session.scalar(select(func.count(Statement.id))) == len(HOSTILE) + len(SEEDS)


def test_the_page_of_a_statement_asks_at_most_four_questions(
    app: Flask, world: World, browse: Browse, page: str
) -> None:
    browser = browse()
    resident = browse().be(world.north.session(world.north.resident()))
    for one in (browser, resident):
        answer(one, page, "agree")
        with counted_statements(app) as asked:
            assert "You have answered 1 of 4." in one.get(page).text
        assert len(asked) <= 4, asked


def test_staff_add_many_statements_and_are_told_each_line_that_is_wrong(
    world: World, facilitator: CheckedClient, programme: Programme, activity: str
) -> None:
    here = f"/p/north/facilitate/programmes/{programme.public_id}/conversation/{activity}"
    told = facilitator.send(f"{here}/seeds", {"lines": f"New\n{SEEDS[0]}\nnew\n{'x' * 301}"}).text
    assert told.count("It stands here twice") == 1
    assert "has this statement already" in told
    assert "longer than 300" in told
    assert facilitator.send(f"{here}/seeds", {"lines": "New\n\nNewer"}).status_code == 303
    assert "2 statements have been added" in facilitator.get(here).text
    settings = f"{here}/settings"
    assert facilitator.send(settings, {"takes_statements": "no"}).status_code == 303
    with world.north.inside():
        key = statements(db.session.scalars(select(Activity.id)).one())[0]
    one = f"{here}/statements/{key}"
    assert "Write why it is hidden" in facilitator.send(one, {"reason": ""}).text
    facilitator.send(one, {"reason": "Said twice."})
    assert "No: hidden" in facilitator.get(here).text
    assert "Said twice." in facilitator.get(one).text
    facilitator.send(f"{one}/show", page=one)
    assert "No: hidden" not in facilitator.get(here).text


def test_residents_are_told_where_no_statements_are_taken(
    facilitator: CheckedClient, browse: Browse, programme: Programme, activity: str, page: str
) -> None:
    here = f"/p/north/facilitate/programmes/{programme.public_id}/conversation/{activity}"
    facilitator.send(f"{here}/settings", {"takes_statements": "no"})
    assert "No statements are taken here" in browse().get(f"{page}/add").text
    assert "Add a statement" not in browse().get(page).text


def test_staff_take_a_polis_export_in_and_are_told_what_is_wrong_with_it(
    world: World, facilitator: CheckedClient, programme: Programme, activity: str
) -> None:
    here = f"/p/north/facilitate/programmes/{programme.public_id}/conversation/{activity}"

    def files(votes: str) -> dict[str, tuple[io.BytesIO, str]]:
        return {
            "votes": (io.BytesIO(votes.encode()), "votes.csv"),
            "comments": (io.BytesIO(COMMENTS.encode()), "comments.csv"),
        }

    broken = facilitator.send(f"{here}/polis", files(VOTES + "9,1,3,perhaps\n")).text
    assert "“perhaps” is no vote" in broken
    assert "PK" not in facilitator.send(f"{here}/polis", files("PK\x03\x04")).text
    assert facilitator.send(f"{here}/polis", files(VOTES)).status_code == 303
    assert "3 statements, 3 people and 5 answers have been added" in facilitator.get(here).text


def test_the_map_is_read_by_staff_first_and_then_by_everyone(
    world: World, facilitator: CheckedClient, browse: Browse, programme: Programme
) -> None:
    with world.north.inside():
        activity = conversation(programme, *(f"Say {number}" for number in range(9)))
        key = db.session.scalars(select(Activity.id)).one()
        own_statement(activity)
        two_camps(activity, statements(key))
    here = f"/p/north/facilitate/programmes/{programme.public_id}/conversation/{activity}"
    public = f"/p/north/programmes/{programme.public_id}/conversation/{activity}/results"
    assert "No map yet" in facilitator.get(f"{here}/map").text
    asked = facilitator.send(f"{here}/map")
    assert "It waits for its turn" in facilitator.get(asked.location).text
    with world.north.inside():
        told = keep_opinions(new_public_id(), find_opinions_of(activity, lambda *_: None))
    assert "Only staff see this yet" in facilitator.get(f"{here}/map").text
    assert "Nothing is shown here yet" in browse().get(public).text
    facilitator.send(f"{here}/maps/{told['map']}/publish", page=f"{here}/map")
    for text in (facilitator.get(f"{here}/map").text, browse().get(public).text):
        for expected in (
            "not a sample of residents",
            "<svg",
            "Group A: 1",
            "What all groups agree with",
            "What divides the groups most",
            "Say 0",
            "of 24 agree",
            "Made again from halves of the people",
        ):
            assert expected in text, expected
    assert (
        "What people agree and disagree about"
        in browse().get(f"/p/north/programmes/{programme.public_id}/conversation/{activity}").text
    )


def test_nobody_elses_conversation_is_there(
    world: World, facilitator: CheckedClient, browse: Browse, programme: Programme, page: str
) -> None:
    assert browse().get(page.replace("/north/", "/south/")).status_code == 404
    south = browse().be(world.south.session(world.south.staff(Role.FACILITATOR)))
    here = f"/p/south/facilitate/programmes/{programme.public_id}/conversations"
    assert south.get(here).status_code == 404
    assert facilitator.get(here.replace("/south/", "/north/")).status_code == 200


def test_somebody_leaves_how_to_be_told_and_keeps_their_answers(
    world: World,
    browse: Browse,
    facilitator: CheckedClient,
    programme: Programme,
    activity: str,
    page: str,
) -> None:
    browser = browse()
    answer(browser, page, "agree")
    visitor = str(session_of(browser)["visitor"])
    assert "Choose how we shall tell you" in browser.send(f"{page}/tell-me", {}).text
    told = browser.send(f"{page}/tell-me", {"contact_by": "email"}).text
    assert "Enter the e-mail address" in told
    left = {"contact_by": "email", "email": "ada@example.net", "phone": "01632 960 001"}
    assert browser.send(f"{page}/tell-me", left).status_code == 303
    assert "You have answered 1 of 4." in browser.get(page).text
    answer(browser, page, "agree")
    with world.north.inside():
        assert db.session.scalar(select(func.count(Participant.id))) == 1
        person = db.session.scalars(select(Resident)).one()
        assert (person.email, person.phone, person.name) == ("ada@example.net", "", "")
        assert count_to_be_told(activity) == {ContactBy.EMAIL: 1}
        token_kept = db.session.scalars(select(Participant.token_hash)).one()
        assert token_kept != token_hash(programme.id, visitor)
    mine = browser.get("/p/north/me/data").text
    assert "tell somebody what came of a conversation" in mine
    here = f"/p/north/facilitate/programmes/{programme.public_id}/conversation/{activity}"
    assert "1 by e-mail" in facilitator.get(here).text
    # Said again, it is one wish; taken back, none.
    browser.send(f"{page}/tell-me", {**left, "email": "ada2@example.net"})
    with world.north.inside():
        assert count_to_be_told(activity) == {ContactBy.EMAIL: 1}
        (consent,) = db.session.scalars(
            select(Consent.id).where(
                Consent.purpose == TELL_PURPOSE, Consent.withdrawn_at.is_(None)
            )
        )
        withdraw_consent(person.id, consent)
        assert count_to_be_told(activity) == {}


def test_somebody_tells_about_themselves_one_question_after_the_other(
    world: World, browse: Browse, page: str
) -> None:
    browser = browse()
    answer(browser, page, "agree")
    assert "You can leave this out" in browser.get(f"{page}/about-me").text
    first = browser.send(f"{page}/about-me").location
    assert first.endswith("/questions/age")
    assert "Choose an answer" in browser.send(first, {}).text
    then = browser.send(first, {"answer": "35-49"}).location
    assert then.endswith("/questions/sex")
    assert browser.send(then, {"answer": "prefer-not-to-say"}).status_code == 303
    browser.send(first, {"answer": "50-64"})
    with world.north.inside():
        standing = db.session.scalars(
            select(Consent.wording).where(
                Consent.purpose == MAP_PURPOSE, Consent.withdrawn_at.is_(None)
            )
        ).all()
        assert standing == ["age/2"]  # not for what somebody would rather not say
    last = first.replace("questions/age", "questions/tenure")
    assert browser.send(last, {"answer": "owned"}).location == page
    assert "You have answered 1 of 4." in browser.get(page).text


def test_the_chain_of_records_does_not_tell_whose_participant_somebody_is(
    world: World, browse: Browse, page: str
) -> None:
    browser = browse()
    answer(browser, page, "agree")
    browser.send(f"{page}/about-me")
    with world.north.inside():
        participant = db.session.scalars(select(Participant.public_id)).one()
        assert participant not in {entry.object_id for entry in list_entries(1, 50)[0]}


def test_pressed_twice_it_is_one_resident(
    world: World, programme: Programme, activity: str, at_once: AtOnce
) -> None:
    hashed = "a" * 64

    def press() -> None:
        with world.north.inside():
            come_forward(programme.id, hashed)

    assert at_once(press, press, press) == []
    press()
    with world.north.inside():
        assert db.session.scalar(select(func.count(Resident.id))) == 1


@pytest.mark.skipif(not POLIS.is_dir(), reason="the real conversations are not here")
def test_a_real_conversation_is_taken_in_mapped_and_shown(
    world: World, facilitator: CheckedClient, browse: Browse, programme: Programme, activity: str
) -> None:
    here = f"/p/north/facilitate/programmes/{programme.public_id}/conversation/{activity}"
    folder = POLIS / "london.youth.policing"
    files = {
        name: (io.BytesIO((folder / f"{name}.csv").read_bytes()), f"{name}.csv")
        for name in ("votes", "comments")
    }
    assert facilitator.send(f"{here}/polis", files).status_code == 303
    assert "39 statements" in facilitator.get(here).text
    with world.north.inside():
        key = mapped(activity)
    facilitator.send(f"{here}/maps/{key}/publish", page=f"{here}/map")
    shown_now = (
        browse()
        .get(f"/p/north/programmes/{programme.public_id}/conversation/{activity}/results")
        .text
    )
    for told in ("Of 26 who answered", "Group A", "What all groups agree with", "<svg"):
        assert told in shown_now, told


def test_those_who_asked_are_told_once_and_stop_it_with_one_press(
    world: World, browse: Browse, facilitator: CheckedClient, programme: Programme
) -> None:
    with world.north.inside():
        activity = conversation(programme, *(f"Say {number}" for number in range(9)))
        two_camps(activity, statements(db.session.scalars(select(Activity.id)).one()))
        asks_to_be_told(activity, "ada@example.net")
        asks_to_be_told(activity, "bo@example.net")
        by_phone = resident_key(add_resident("", contact_by=ContactBy.NOBODY))
        ask_to_be_told(by_phone, activity, Reach(ContactBy.PHONE, phone="01632 960 005"), "words")
        withdrawn = asks_to_be_told(activity, "cy@example.net")
        stop_telling(withdrawn)
        key = mapped(activity)
    here = f"/p/north/facilitate/programmes/{programme.public_id}/conversation/{activity}"
    assert "There is nothing to tell yet" in facilitator.get(f"{here}/tell").text
    facilitator.send(f"{here}/maps/{key}/publish", page=f"{here}/map")
    page = facilitator.get(f"{here}/tell").text
    assert "2 want to be told by e-mail" in page
    assert "01632 960 005" in page
    for _ in range(2):
        facilitator.send(f"{here}/tell")
    assert "They were told on" in facilitator.get(f"{here}/tell").text
    with world.north.inside():
        of = select(Message).where(Message.template == "opinions_shown").order_by(Message.id)
        sent = db.session.scalars(of).all()
        assert [one.recipient for one in sent] == ["ada@example.net", "bo@example.net"]
        link = re.search(r"/p/north/stop/\S+", sent[0].text)
    assert link
    asked = browse()
    assert "Your answers stay" in asked.get(link[0]).text
    with world.north.inside():
        assert count_to_be_told(activity)[ContactBy.EMAIL] == 2  # to open it changes nothing
    assert "We will not write again" in asked.send(link[0]).text
    assert "We will not write again" in asked.get(link[0]).text
    with world.north.inside():
        assert count_to_be_told(activity)[ContactBy.EMAIL] == 1
    for wrong in (link[0][:-1] + "!", "/p/north/stop/1-abc", "/p/north/stop/x", "/p/north/stop/9é"):
        assert browse().get(wrong).status_code == 404
    assert browse().get(link[0].replace("/north/", "/south/")).status_code == 404


def test_a_statement_in_another_language_has_its_meaning_beside_it(
    world: World, browse: Browse, programme: Programme, page: str, activity: str
) -> None:
    with world.north.inside():
        said = own_statement(activity, "Der Bus kommt nie")
        translate(programme.id, said, "de", "The bus never comes")
    browser = browse()
    for _ in range(len(SEEDS)):
        text = browser.get(page).text
        if "Der Bus" in text:
            break
        answer(browser, page, "agree")
    assert 'lang="de"' in browser.get(page).text
    assert "The bus never comes" in browser.get(page).text
