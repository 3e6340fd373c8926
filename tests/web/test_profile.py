"""Questions about oneself: asked once, answered freely, taken back as easily as given."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import html5lib
import pytest
from flask import Flask
from markupsafe import escape

from engagement.accounts.rules import Role
from engagement.audit.models import AuditEntry, AuditSeal
from engagement.people.models import Consent, ProfileAnswer
from engagement.people.questions import BY_KEY, PREFER_NOT_TO_SAY, QUESTIONS, Question
from engagement.people.rules import PROFILE_PURPOSE, GivenHow
from tests.client import CheckedClient
from tests.factories import World
from tests.web.visits import rows

Browse = Callable[[], CheckedClient]
ABOUT = "/p/north/me/about"
KEYS = [question.key for question in QUESTIONS]


@pytest.fixture
def browser(world: World, browse: Browse) -> CheckedClient:
    """A resident who is signed in."""
    return browse().be(world.north.session(world.north.resident()))


def page_of(key: str) -> str:
    return f"{ABOUT}/{key}"


def choices_in(page: str) -> list[Any]:
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    return [node for node in tree.iter("input") if node.get("name") == "answer"]


def chosen_in(page: str) -> list[str]:
    return [node.get("value") for node in choices_in(page) if node.get("checked") is not None]


def answers(app: Flask) -> list[tuple[str, str]]:
    return [tuple(row) for row in rows(app, ProfileAnswer.question, ProfileAnswer.value)]


def consents(app: Flask) -> list[Any]:
    return rows(
        app,
        Consent.purpose,
        Consent.wording,
        Consent.wording_text,
        Consent.given_how,
        Consent.given_at,
        Consent.withdrawn_at,
    )


@pytest.mark.parametrize("key", KEYS)
def test_an_answer_is_kept_with_the_consent_to_exactly_the_words_that_were_shown(
    app: Flask, browser: CheckedClient, key: str
) -> None:
    question = BY_KEY[key]
    shown = browser.get(page_of(key)).text
    value = question.choices[0].value
    assert browser.send(page_of(key), {"answer": value}).status_code == 303
    assert answers(app) == [(key, value)]
    ((purpose, wording, text, how, at, withdrawn),) = consents(app)
    assert purpose == PROFILE_PURPOSE
    assert wording == f"{key}/{question.version}"
    assert how is GivenHow.ONLINE
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=5)
    assert withdrawn is None
    lines = text.splitlines()
    assert len(lines) == 3
    for line in lines:
        assert str(escape(line)) in shown, line
    assert "North Partnership" in lines[2]
    assert "take it back" in lines[2]


@pytest.mark.parametrize("key", KEYS)
def test_every_question_can_be_left_open_or_declined_and_suggests_no_answer(
    browser: CheckedClient, key: str
) -> None:
    page = browser.get(page_of(key)).text
    values = [node.get("value") for node in choices_in(page)]
    assert values == [*(c.value for c in BY_KEY[key].choices), PREFER_NOT_TO_SAY]
    assert chosen_in(page) == []
    assert all(node.get("required") is None for node in choices_in(page))
    assert "Prefer not to say" in page
    assert "Skip this question" in page
    assert str(escape(str(BY_KEY[key].why))) in page


def test_every_special_category_is_declared_as_one() -> None:
    special = {question.key for question in QUESTIONS if question.special_category}
    assert special == {"ethnic-group", "disability"}


def test_preferring_not_to_say_is_an_answer(app: Flask, browser: CheckedClient) -> None:
    browser.send(page_of("sex"), {"answer": PREFER_NOT_TO_SAY})
    assert answers(app) == [("sex", PREFER_NOT_TO_SAY)]
    assert "Prefer not to say" in browser.get(ABOUT).text


@pytest.mark.parametrize(
    "value", ["", "neither", "female ", "FEMALE", "1", "\0", "' OR 1=1 --", "x" * 10_000]
)
def test_what_is_no_answer_is_not_kept(app: Flask, browser: CheckedClient, value: str) -> None:
    answer = browser.send(page_of("sex"), {"answer": value})
    assert answer.status_code == 200
    assert answer.text.partition("<title>")[2].startswith("Error:")
    assert answers(app) == []
    assert consents(app) == []


def test_sending_nothing_says_what_to_do(browser: CheckedClient) -> None:
    answer = browser.send(page_of("sex"))
    assert "Choose an answer, or choose “Prefer not to say”" in answer.text


def test_a_question_that_we_do_not_ask_is_not_there(browser: CheckedClient) -> None:
    for key in ("gender", "SEX", "sex/1", "0"):
        assert browser.get(page_of(key)).status_code == 404
        form = {"csrf_token": browser.token(ABOUT)}
        assert browser.post(f"{page_of(key)}/take-back", data=form).status_code == 404


def test_one_question_leads_to_the_next_that_is_open(browser: CheckedClient) -> None:
    place = page_of(KEYS[0])
    seen = []
    while place != ABOUT:
        seen.append(place)
        place = str(browser.send(place, {"answer": PREFER_NOT_TO_SAY}).location)
    assert seen == [page_of(key) for key in KEYS]
    assert browser.send(page_of(KEYS[1]), {"answer": PREFER_NOT_TO_SAY}).location == ABOUT


def test_an_answer_once_given_is_shown_to_confirm_and_not_asked_again(
    browser: CheckedClient,
) -> None:
    browser.send(page_of("age"), {"answer": "50-64"})
    assert chosen_in(browser.get(page_of("age")).text) == ["50-64"]
    overview = browser.get(ABOUT).text
    assert "50 to 64" in overview
    following = re.findall(rf'href="({ABOUT}/[a-z-]+)"[^>]*>\s*Answer the next question', overview)
    assert following == [page_of("sex")]
    assert browser.send(page_of("age"), {"answer": "50-64"}).status_code == 303
    assert chosen_in(browser.get(page_of("age")).text) == ["50-64"]


def test_taking_back_deletes_the_answer_and_marks_the_consent(
    app: Flask, browser: CheckedClient
) -> None:
    browser.send(page_of("ethnic-group"), {"answer": "mixed"})
    browser.send(page_of("age"), {"answer": "50-64"})
    answer = browser.send(f"{page_of('ethnic-group')}/take-back", page=page_of("ethnic-group"))
    assert answer.location == ABOUT
    assert "We have deleted your answer" in browser.get(ABOUT).text
    assert answers(app) == [("age", "50-64")]
    by_wording = {row[1]: row[5] for row in consents(app)}
    assert by_wording["ethnic-group/1"] is not None
    assert by_wording["age/2"] is None
    assert chosen_in(browser.get(page_of("ethnic-group")).text) == []


def test_taking_back_takes_no_more_steps_than_giving(browser: CheckedClient) -> None:
    """From the list: open the question, one press. Giving needs a choice besides."""
    key = "disability"
    browser.send(page_of(key), {"answer": "limited-a-lot"})
    listed = browser.get(ABOUT).text
    assert f'href="{page_of(key)}"' in listed
    page = browser.get(page_of(key)).text
    assert f'action="{page_of(key)}/take-back"' in page
    assert "Delete my answer" in page
    answer = browser.send(f"{page_of(key)}/take-back", page=page_of(key))
    assert answer.status_code == 303
    assert "Delete my answer" not in browser.get(page_of(key)).text


def test_taking_back_twice_or_what_was_never_given_changes_nothing(
    app: Flask, browser: CheckedClient
) -> None:
    browser.send(page_of("sex"), {"answer": "female"})
    for _ in range(2):
        browser.send(f"{page_of('sex')}/take-back", page=ABOUT)
        marked = consents(app)
    assert browser.send(f"{page_of('age')}/take-back", page=ABOUT).location == ABOUT
    assert consents(app) == marked


def test_another_answer_replaces_the_first_and_its_consent(
    app: Flask, browser: CheckedClient
) -> None:
    for value in ("female", "male", PREFER_NOT_TO_SAY):
        browser.send(page_of("sex"), {"answer": value})
    assert answers(app) == [("sex", PREFER_NOT_TO_SAY)]
    assert [row[5] is None for row in consents(app)] == [False, False, True]


def test_every_answer_stands_on_a_consent_that_stands(app: Flask, browser: CheckedClient) -> None:
    for question in QUESTIONS:
        for choice in (*question.choices[:2], question.choices[0]):
            browser.send(page_of(question.key), {"answer": choice.value})
    browser.send(f"{page_of('age')}/take-back", page=ABOUT)
    standing = {
        key for key, withdrawn in rows(app, Consent.id, Consent.withdrawn_at) if not withdrawn
    }
    assert {key for (key,) in rows(app, ProfileAnswer.consent_id)} == standing
    assert len(standing) == len(QUESTIONS) - 1


def test_nobody_else_sees_an_answer(
    app: Flask, world: World, browse: Browse, browser: CheckedClient
) -> None:
    browser.send(page_of("disability"), {"answer": "limited-a-lot"})
    neighbour = browse().be(world.north.session(world.north.resident("Bea")))
    assert "limited a lot" not in neighbour.get(ABOUT).text
    assert chosen_in(neighbour.get(page_of("disability")).text) == []
    staff = browse().be(world.north.session(world.north.staff(*Role)))
    for path in ("/p/north/facilitate/residents", "/p/north/admin/audit", "/p/north/admin/"):
        assert "limited" not in staff.get(path).text.lower()


def test_the_chain_of_records_tells_the_question_and_never_the_answer(
    app: Flask, browser: CheckedClient
) -> None:
    browser.send(page_of("ethnic-group"), {"answer": "mixed"})
    browser.send(f"{page_of('ethnic-group')}/take-back", page=ABOUT)
    entries = [
        (action, facts)
        for action, facts in rows(app, AuditEntry.action, AuditEntry.facts)
        if action.startswith("profile.")
    ]
    assert [action for action, _ in entries] == ["profile.answered", "profile.withdrawn"]
    assert "mixed" not in repr(entries)
    assert rows(app, AuditSeal.words) == []


def test_no_address_tells_an_answer(browser: CheckedClient) -> None:
    """A query is ignored, so that an answer never stands in the history of a browser."""
    page = browser.get(f"{page_of('sex')}?answer=female").text
    assert chosen_in(page) == []


WORDINGS = {
    ("age/1", "a67d4995e770"),
    ("age/2", "460d1545d670"),  # the bands of the census by small area
    ("sex/1", "de1b55174482"),
    ("ethnic-group/1", "9b84761ed3b5"),
    ("disability/1", "6fd4f665af1e"),
    ("carer/1", "ca0b5bba3bc4"),
    ("tenure/1", "ab13317b00fc"),
}


def fingerprint(question: Question) -> tuple[str, str]:
    """The version of a question's wording, and a hash of its words and answers."""
    words = [str(question.title), str(question.why)]
    words += [f"{c.value}={c.text}={c.hint or ''}" for c in question.choices]
    return question.wording, hashlib.sha256("\n".join(words).encode()).hexdigest()[:12]


def test_a_wording_is_never_changed_without_a_new_version() -> None:
    """Consent is given to words. Whoever changes one raises its version and adds it here."""
    assert {fingerprint(question) for question in QUESTIONS} <= WORDINGS
