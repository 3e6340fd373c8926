"""Surveys on the page: built, answered without an account, by code, with staff, and read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engagement.accounts.rules import Role
from engagement.contributions.models import Contribution
from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.programmes.models import Activity
from engagement.prompts.rules import WordingFormat
from engagement.prompts.wordings import Wording, set_activity_wording
from engagement.surveys.models import SurveyAnswer, SurveyResponse
from engagement.surveys.service import change_survey, send_survey
from tests.client import CheckedClient
from tests.factories import Programme, Resident, World
from tests.factories.members import LINK, QUESTION, join, standing_panel
from tests.factories.surveys import TOLD, WAITS, WORDS, answer, questions, survey

Browse = Callable[[], CheckedClient]
HOSTILE = "<b>=1+1</b> \u202eabc\u202c {{7*7}} \u200bzero"


@pytest.fixture
def programme(world: World) -> Programme:
    return world.north.programme()


def place(programme: Programme, activity: str, door: str = "") -> str:
    return f"/p/north/{door}programmes/{programme.public_id}/survey/{activity}"


def test_a_survey_is_answered_a_page_at_a_time_without_an_account(
    world: World, programme: Programme, browse: Browse
) -> None:
    with world.north.inside():
        activity = survey(programme)
    here = place(programme, activity)
    who = browse()
    assert here in who.get(f"/p/north/programmes/{programme.public_id}").text
    assert "saved when you press" in who.get(here).text
    assert who.send(here).location.endswith(f"{here}/page/1")
    refused = who.send(f"{here}/page/1", {})
    assert "Choose an answer, or “Prefer not to say”" in refused.text
    assert who.send(f"{here}/page/1", {"q0": "Yes"}).location.endswith(f"{here}/page/2")
    wrong = who.send(f"{here}/page/2", {"q0": "A call", "q1": "3", "q2": "900"})
    assert "must be 500 or fewer" in wrong.text
    assert re.search(r'value="A call"[^>]*checked', wrong.text)
    sent = who.send(f"{here}/page/2", {"q0": ["A call", "A text"], "q1": "3", "q2": "12"})
    assert sent.location.endswith(f"{here}/page/3")
    doubled = {"q0": HOSTILE, "q1-0": "1", "q1-1": "1"}
    assert "Give each choice another place" in who.send(f"{here}/page/3", doubled).text
    sent = who.send(f"{here}/page/3", {**doubled, "q0-quote": "yes", "q1-1": "2"})
    assert sent.location.endswith(f"{here}/check")
    check = who.get(sent.location).text
    for words in ("A call; A text", "12 weeks", "1. Vans; 2. Hubs", "&lt;b&gt;=1+1&lt;/b&gt;"):
        assert words in check
    assert "49" not in check
    for form in (f"{here}/check", f"{here}/page/1"):  # a double press sends it twice
        thanks = who.send(f"{here}/check", page=form)
        assert thanks.location.endswith(here)
    assert "your answers count" in who.get(here).text
    # Changed after it was sent: it counts at once, and it is still one.
    who.send(f"{here}/page/1", {"q0": "No", "then": "check"})
    assert "No" in who.get(here).text
    with world.north.inside():
        assert db.session.scalar(select(func.count()).select_from(SurveyResponse)) == 1
        said = db.session.query(Contribution).one()
        assert (said.may_quote, said.prompt) == (True, WORDS.text)


def test_what_is_typed_as_it_closes_is_given_back(
    world: World, programme: Programme, browse: Browse
) -> None:
    with world.north.inside():
        activity = survey(programme, WORDS)
    here = place(programme, activity)
    who = browse()
    who.send(here)
    with world.north.inside(), transaction():
        row = db.session.scalars(select(Activity).where(Activity.public_id == activity)).one()
        row.closes_at = clock.now() - timedelta(minutes=1)
    late = who.send(f"{here}/page/3", {"q0": "My long story"}, page="/p/north/me/enter")
    assert "It closed while you were answering" in late.text
    assert "My long story" in late.text
    with world.north.inside():
        assert db.session.scalar(select(func.count()).select_from(SurveyAnswer)) == 0
    assert "It has closed" in browse().get(here).text


def test_members_who_were_asked_answer_with_their_code_and_nobody_else(
    world: World, programme: Programme, browse: Browse
) -> None:
    with world.north.inside():
        activity = survey(programme, WAITS)
        change_survey(None, programme.public_id, activity, asked_only=True)
        panel = standing_panel(programme)
        member, other = join(panel), join(panel, name="Bo Brown")
        send_survey(None, programme.public_id, activity, panel, QUESTION, LINK)
        late = join(panel, name="Cy Brown")
        people = {
            one: Resident(one.resident_id, _public_id(one.resident_id))
            for one in (member, other, late)
        }
    here = place(programme, activity)
    stranger = browse().send(here)
    assert stranger.location.endswith("/p/north/me/enter")
    known = browse().be(world.north.session(people[member]))
    assert known.send(here).location.endswith(f"{here}/page/1")
    assert known.send(f"{here}/page/1", {"q0": "Yes"}).location.endswith("/check")
    assert "Begun" in known.get("/p/north/me/").text
    known.send(f"{here}/check")
    assert "Answered" in known.get("/p/north/me/").text
    waiting = browse().be(world.north.session(people[other])).get("/p/north/me/").text
    assert "Questions for you" in waiting
    assert here in waiting
    not_asked = browse().be(world.north.session(people[late]))
    assert "This survey is for members who were asked" in not_asked.send(here).text


def _public_id(resident_id: int) -> str:
    from engagement.people.models import Resident as People

    return db.session.scalars(select(People.public_id).where(People.id == resident_id)).one()


def test_a_facilitator_builds_a_survey(world: World, programme: Programme, browse: Browse) -> None:
    with world.north.inside():
        activity = survey(programme, WAITS, published=False)
    staff = browse().be(world.north.session(world.north.staff(Role.FACILITATOR)))
    here = place(programme, activity, "facilitate/")
    assert (
        activity in staff.get(f"/p/north/facilitate/programmes/{programme.public_id}/surveys").text
    )
    assert "Several choices" in staff.get(f"{here}/questions/new").text
    new = f"{here}/questions/new?kind=several+choices"
    twice = {"text": "What helps?", "options": "A call\nA call", "page": "2", "when": ""}
    assert "Two choices are the same" in staff.send(new, twice).text
    good = {
        **twice,
        "options": "A call\nA letter\n",
        "when": f"{_key(world, programme, activity)}|Yes",
    }
    assert staff.send(new, good).status_code == 303
    page = staff.get(here).text
    assert "asked of those who answered “Yes” to “Are you waiting for care?”" in page
    scale = f"{here}/questions/new?kind=scale"
    told = {"text": "How well?", "points": "5", "low": "Not", "high": "Very", "page": "2"}
    assert staff.send(scale, {**told, "when": ""}).status_code == 303
    key = _key(world, programme, activity)
    # Nothing else can be asked before what depends on it, nor taken out under it.
    moved = staff.send(f"{here}/question/{key}/move", {"to": "out"}, page=here)
    assert "a question depends on the answers" in staff.get(moved.location).text
    changed = {"text": "Are you waiting now?", "options": "Yes\nNo\nNot sure", "page": "1"}
    assert staff.send(f"{here}/question/{key}", {**changed, "when": ""}).status_code == 303
    assert "Not sure" in staff.get(here).text
    assert staff.send(f"{here}/who", {"who": "asked"}).status_code == 303
    wave = staff.send(f"{here}/wave", {"title": "Again in spring"})
    assert "Are you waiting now?" in staff.get(wave.location).text


def _key(world: World, programme: Programme, activity: str) -> str:
    with world.north.inside():
        return questions(programme, activity)[0].key


def test_once_answered_what_is_asked_stands(
    world: World, programme: Programme, browse: Browse
) -> None:
    with world.north.inside():
        activity = survey(programme, WAITS)
        answer(programme, activity)
    staff = browse().be(world.north.session(world.north.staff(Role.FACILITATOR)))
    here = place(programme, activity, "facilitate/")
    page = staff.get(here).text
    assert "what is asked cannot change any more" in page
    assert "Take out" not in page
    key = _key(world, programme, activity)
    late = {"text": "Other?", "options": "Yes\nNo", "page": "1", "when": ""}
    done = staff.send(f"{here}/question/{key}", late)
    assert "what is asked cannot change any more" in staff.get(done.location).text


def test_staff_send_it_fill_one_in_and_read_what_changed(
    world: World, programme: Programme, browse: Browse
) -> None:
    with world.north.inside():
        activity = survey(programme, WAITS, TOLD, WORDS)
        panel = standing_panel(programme)
        asked = join(panel)
        for person in range(20):
            choice = "Yes" if person < 10 else "No"
            answer(programme, activity, browser=f"b{person}", q1=choice, q2="3")
    staff = browse().be(world.north.session(world.north.staff(Role.FACILITATOR)))
    here = place(programme, activity, "facilitate/")
    words = {"title": "Waiting", "words": "Please answer."}
    assert "Choose whom you ask" in staff.send(f"{here}/send", words).text
    assert staff.send(f"{here}/send", {**words, "whom": panel}).status_code == 303
    again = staff.send(f"{here}/send", {**words, "whom": panel})
    assert again.status_code in (200, 303)
    wrong = staff.send(f"{here}/enter", {"channel": "phone", "reference": "XXXX"})
    assert "Nobody with this reference was asked" in wrong.text
    entry = staff.send(f"{here}/enter", {"channel": "phone", "reference": asked.reference})
    assert entry.status_code == 303
    one = entry.location
    assert "Prefer not to say" in staff.get(one).text
    second = staff.send(one, {"form": "set", "q0": "Yes"})
    third = staff.send(second.location, {"form": "set", "q0": "4"})
    done = staff.send(third.location, {"form": "set", "q0": "Told by telephone"})
    assert "The answers are in" in staff.get(done.location).text
    results = staff.get(f"{here}/results").text
    assert "Open to everyone: opened it 20, answered 20." in results
    assert "50%" in results or "52%" in results
    public = place(programme, activity) + "/results"
    stranger = browse()
    assert stranger.get(public).status_code == 404
    assert staff.send(f"{here}/results", {"shown": "yes"}).status_code == 303
    assert "Not weighted." in stranger.get(public).text
    wave = staff.send(f"{here}/wave", {"title": "Again"}).location
    with world.north.inside():
        from engagement.programmes.service import publish_activity

        later = wave.rsplit("/", 1)[1]
        publish_activity(None, programme.public_id, later)
        for person in range(20):
            choice = "Yes" if person < 12 else "No"
            answer(programme, later, browser=f"b{person}", q1=choice, q2="3")
    trend = staff.get(f"{wave}/results").text
    assert "What changed since “Waiting: your view”" in trend
    assert "The same 20 people both times" in trend
    assert "points (" in trend


def test_questions_are_asked_in_the_language_that_somebody_chose(
    world: World, programme: Programme, browse: Browse
) -> None:
    arabic = Wording(WordingFormat.TRANSLATION, "ar", "رأيك")
    with world.north.inside():
        activity = survey(programme, WAITS, TOLD)
        wording = set_activity_wording(None, programme.public_id, activity, arabic)
    staff = browse().be(world.north.session(world.north.staff(Role.FACILITATOR)))
    here = place(programme, activity, "facilitate/")
    assert "0 of 2 questions" in staff.get(f"{here}/wordings").text
    words = {"text0": "هل تنتظر الرعاية؟", "options0": "نعم"}
    assert "Write 2 choices" in staff.send(f"{here}/wordings/{wording}", words).text
    done = staff.send(f"{here}/wordings/{wording}", {**words, "options0": "نعم\nلا"})
    assert "1 of 2 questions" in staff.get(done.location).text
    who, there = browse(), place(programme, activity)
    assert "العربية" in who.get(there).text
    who.get(f"{there}?wording={wording}")
    who.send(there)
    page = who.get(f"{there}/page/1").text
    assert 'lang="ar" dir="rtl"' in page
    assert "هل تنتظر الرعاية؟" in page
    assert who.send(f"{there}/page/1", {"q0": "Yes"}).status_code == 303
    assert TOLD.text in who.get(f"{there}/page/2").text  # not yet worded: asked in plain words
    who.send(f"{there}/page/2", {"q0": "3"})
    assert "نعم" in who.get(f"{there}/check").text
    wave = staff.send(f"{here}/wave", {"title": "Again"}).location
    assert "1 of 2 questions" in staff.get(f"{wave}/wordings").text


def test_own_words_are_kept_with_the_language_in_which_somebody_was_asked(
    world: World, programme: Programme, browse: Browse
) -> None:
    arabic = Wording(WordingFormat.TRANSLATION, "ar", "رأيك")
    with world.north.inside():
        activity = survey(programme, replace(WORDS, page=1))
        wording = set_activity_wording(None, programme.public_id, activity, arabic)
    there = place(programme, activity)
    for chosen, language in ((wording, "ar"), ("", "")):
        who = browse()
        who.get(f"{there}?wording={chosen}")
        who.send(there)
        who.send(f"{there}/page/1", {"q0": f"قالت {language}"})
    with world.north.inside():
        said = db.session.scalars(select(Contribution.language).order_by(Contribution.id)).all()
    assert said == ["ar", ""]
