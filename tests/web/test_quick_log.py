"""The quick log and the telephone: what staff write down for those who say it aloud."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from engagement.accounts.rules import Role
from engagement.audit.queries import list_entries
from engagement.contributions.errors import NotAgreed, TakenOtherwise
from engagement.contributions.models import Contribution, TakenDown
from engagement.contributions.rules import Channel, ConsentHow, Speaker, State
from engagement.contributions.service import Said
from engagement.contributions.taking_down import Written, take_down
from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.programmes.models import Activity, Participant
from tests.client import CheckedClient
from tests.factories import Programme, World
from tests.factories.chain import open_conversation, publish
from tests.factories.moderation import HARM_SAID
from tests.threads import run_at_once

Browse = Callable[[], CheckedClient]
KEY = "a-key-of-this-one-note-0001"
HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x.example";"click")',
    "a\u200bb\u200d\ufeffc\u202egnirts",
    "{{ 7 * 7 }}",
)


@pytest.fixture
def programme(world: World) -> Programme:
    with world.north.inside():
        programme = world.north.programme()
        publish(programme)
    return programme


@pytest.fixture
def activity(world: World, programme: Programme) -> str:
    with world.north.inside():
        return open_conversation(programme, "By the market")


@pytest.fixture
def log(programme: Programme, activity: str) -> str:
    return f"/p/north/facilitate/programmes/{programme.public_id}/quick-log"


@pytest.fixture
def call(programme: Programme, activity: str) -> str:
    return f"/p/north/facilitate/programmes/{programme.public_id}/telephone/{activity}"


@pytest.fixture
def worker(world: World, browse: Browse) -> CheckedClient:
    return browse().be(world.north.session(world.north.staff(Role.FACILITATOR)))


def note(activity: str, /, **changed: str) -> dict[str, str]:
    today = datetime.now(UTC).date() - timedelta(days=1)
    return {
        "words": "The bus never comes",
        "activity": activity,
        "area": "other",
        "place": "outside the chemist",
        "said_on-day": str(today.day),
        "said_on-month": str(today.month),
        "said_on-year": str(today.year),
        "people": "2",
        "language": "en",
        "speaker": "carer",
        "agreed": "yes",
        "may_quote": "no",
        "once": KEY,
        **changed,
    }


def kept(world: World) -> list[Contribution]:
    with world.north.inside():
        return list(db.session.scalars(select(Contribution).order_by(Contribution.id)))


def test_a_worker_notes_what_somebody_said(
    world: World, worker: CheckedClient, log: str, activity: str
) -> None:
    assert worker.send(log, note(activity)).status_code == 303
    page = worker.get(log).text
    assert re.search(r"their reference is \w{4}-\w{4}", page)
    assert f'<option value="{activity}" selected>' in page
    (one,) = kept(world)
    assert (one.text, one.place_name) == ("The bus never comes", "outside the chemist")
    assert (one.channel, one.consent_how) == (Channel.FACE_TO_FACE, ConsentHow.SPOKEN)
    assert (one.speaker, one.may_quote, one.source) == (Speaker.CARER, False, "Quick log")
    with world.north.inside():
        down = db.session.scalars(select(TakenDown)).one()
        assert (down.people, down.interpreted) == (2, False)
        entries = list_entries(1, 20)[0]
        assert any(entry.action == "contribution.taken_down" for entry in entries)


def test_one_note_sent_often_is_taken_once(
    world: World, worker: CheckedClient, log: str, activity: str, app: Flask
) -> None:
    for _time in range(2):
        assert worker.send(log, note(activity)).status_code == 303
    assert worker.send(log, note(activity, once=KEY + "2")).status_code == 303
    assert len(kept(world)) == 2
    with world.north.inside():
        assert len(db.session.scalars(select(Participant)).all()) == 2

    def send() -> None:
        with world.north.inside():
            said = Said("At once", "Here", may_quote=False, key="b" * 24)
            take_down(activity, said, Written(Channel.PHONE, True, by=""))

    assert [e for e in run_at_once(app, send, send) if type(e).__name__ != "IntegrityError"] == []
    assert len(kept(world)) == 3


def test_what_arrived_before_it_was_changed_is_not_lost_silently(
    world: World, worker: CheckedClient, log: str, activity: str
) -> None:
    worker.send(log, note(activity))
    answer = worker.send(log, note(activity, words="The bus always comes"))
    assert "had arrived before you changed it" in answer.text
    assert "The bus always comes" in answer.text
    assert [one.text for one in kept(world)] == ["The bus never comes"]
    said = Said("Other", "Here", may_quote=False, key=KEY)
    with world.north.inside(), pytest.raises(TakenOtherwise):
        take_down(activity, said, Written(Channel.PHONE, True, by=""))


def test_nothing_is_kept_without_agreement(
    world: World, worker: CheckedClient, log: str, activity: str
) -> None:
    answer = worker.send(log, note(activity, agreed="no"))
    assert "without their agreement" in answer.text
    assert "The bus never comes" in answer.text
    assert kept(world) == []
    said = Said("x", "Here", may_quote=False, key=KEY)
    with world.north.inside(), pytest.raises(NotAgreed):
        take_down(activity, said, Written(Channel.PHONE, False, by=""))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"words": " \u0007 "}, "Write what they said"),
        ({"words": "x" * 100_000}, "20000"),
        ({"said_on-year": "2999"}, "must be today or in the last year"),
        ({"people": "0"}, "1 or more"),
        ({"activity": ""}, "Choose what you talked about"),
        ({"may_quote": ""}, "Choose yes or no"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    world: World,
    worker: CheckedClient,
    log: str,
    activity: str,
    changed: dict[str, str],
    told: str,
) -> None:
    answer = worker.send(log, note(activity, **changed))
    assert answer.status_code == 200
    assert told in answer.text
    assert "outside the chemist" in answer.text
    assert kept(world) == []


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_words(
    world: World, worker: CheckedClient, log: str, activity: str, words: str
) -> None:
    assert worker.send(log, note(activity, words=words, place=words)).status_code == 303
    assert kept(world)[0].text == words


def test_a_script_is_answered_in_json(
    world: World, worker: CheckedClient, log: str, activity: str
) -> None:
    as_script = {"Accept": "application/json"}
    assert set(worker.get(f"{log}/ready", headers=as_script).json) == {"staff", "token"}
    wrong = worker.send(log, note(activity, words=""), headers=as_script)
    assert (wrong.status_code, wrong.json) == (422, {"errors": ["Write what they said"]})
    right = worker.send(log, note(activity), headers=as_script)
    assert right.status_code == 201
    assert len(right.json["reference"]) == 9
    assert worker.send(log, note(activity), headers=as_script).json == right.json


def test_the_page_kept_for_no_signal_tells_of_nobody(
    world: World, worker: CheckedClient, log: str, activity: str
) -> None:
    assert "Sign out" in worker.get(log).text
    page = worker.get(f"{log}/without-signal").text
    assert "What did they say?" in page
    assert 'data-staff=""' in page
    assert "Sign out" not in page
    assert "csrf_token" not in page
    script = worker.get(f"{log}/worker.js")
    assert script.headers["Service-Worker-Allowed"] == log


def test_closed_meanwhile_keeps_what_was_typed(
    world: World, worker: CheckedClient, log: str, activity: str
) -> None:
    with world.north.inside(), transaction():
        db.session.execute(update(Activity).values(closes_at=clock.now() - timedelta(seconds=1)))
    token = worker.token(log.replace("quick-log", "take-back"))
    as_script = {"Accept": "application/json"}
    sent = {**note(activity), "csrf_token": token}
    answer = worker.post(log, data=sent, headers=as_script)
    assert answer.status_code == 422
    assert kept(world) == []
    assert "Nothing is open for notes" in worker.get(log).text


def test_words_are_taken_back_by_their_reference(
    world: World, worker: CheckedClient, log: str, activity: str
) -> None:
    page = log.replace("quick-log", "take-back")
    as_script = {"Accept": "application/json"}
    code = worker.send(log, note(activity), headers=as_script).json["reference"]
    assert "No words here have this reference" in worker.send(page, {"receipt": "XXXX-XXXX"}).text
    assert worker.send(page, {"receipt": code.lower().replace("-", " ")}).status_code == 303
    (one,) = kept(world)
    assert one.text is None
    assert one.state is State.WITHDRAWN
    assert "deleted already" in worker.send(page, {"receipt": code}).text
    assert worker.send(log, note(activity), headers=as_script).status_code == 201
    assert len(kept(world)) == 1


def test_an_operator_reads_a_script_and_the_reference(
    world: World, browse: Browse, call: str, activity: str
) -> None:
    operator = browse().be(world.north.session(world.north.staff(Role.PHONE_OPERATOR)))
    script = operator.get(call).text
    for words in ("May I write down what you say?", "Who we are", "may we show your words"):
        assert words.lower() in script.lower()
    sent = note(activity, interpreted="yes", language="pl")
    answer = operator.send(call, sent)
    assert answer.status_code == 303
    end = operator.get(answer.location).text
    assert re.search(r"\w{4}-\w{4}</span>", end)
    assert "Help is there now" not in end
    (one,) = kept(world)
    assert (one.channel, one.language, one.source) == (Channel.PHONE, "pl", "Telephone call")
    with world.north.inside():
        assert db.session.scalars(select(TakenDown.interpreted)).one()


def test_harm_told_on_the_telephone_shows_where_help_is(
    world: World, worker: CheckedClient, call: str, activity: str
) -> None:
    answer = worker.send(call, note(activity, words=HARM_SAID))
    end = worker.get(answer.location).text
    assert "Help is there now" in end
    assert "Samaritans" in end
    assert kept(world)[0].state is State.HELD


def test_others_find_no_such_page(world: World, browse: Browse, log: str, call: str) -> None:
    auditor = browse().be(world.north.session(world.north.staff(Role.AUDITOR)))
    for page in (log, call, f"{log}/ready", f"{log}/worker.js", f"{log}/without-signal"):
        assert auditor.get(page).status_code in (403, 404)
