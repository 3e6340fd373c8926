"""Moderation at the doors: who sees what, what forms answer, where held words never are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from engagement.accounts.rules import Role
from engagement.contributions.models import Contribution
from engagement.contributions.moderation import decide, set_moderation
from engagement.contributions.noticing import set_help_lines
from engagement.contributions.rules import Decided, State
from engagement.contributions.waiting import waiting_alike
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.web.access import Who
from tests.architecture.routes import list_routes
from tests.architecture.samples import Samples
from tests.architecture.test_queries_per_page import counted_statements
from tests.client import CheckedClient
from tests.factories import Programme, Staff, World
from tests.factories.chain import chain, open_conversation, publish
from tests.factories.moderation import HARM_SAID, NAMES_SAID, REASON, held, say

Browse = Callable[[], CheckedClient]
CANARY = "held canary of the mill"


@pytest.fixture
def programme(world: World) -> Programme:
    """A published programme of north."""
    programme = world.north.programme()
    with world.north.inside():
        publish(programme)
    return programme


@pytest.fixture
def signed_in(world: World, browse: Browse) -> Callable[..., CheckedClient]:
    """Open the browser of somebody of north with these roles."""

    def open_one(*roles: Role, who: Staff | None = None) -> CheckedClient:
        return browse().be(world.north.session(who or world.north.staff(*roles)))

    return open_one


def queue(programme: Programme) -> str:
    return f"/p/north/facilitate/programmes/{programme.public_id}/moderation"


def state_of(world: World, said: str) -> State:
    with world.north.inside():
        return db.session.scalars(
            select(Contribution.state).where(Contribution.public_id == said)
        ).one()


def test_whoever_wrote_of_harm_sees_at_once_where_help_is_and_only_they(
    world: World, browse: Browse, programme: Programme
) -> None:
    with world.north.inside():
        set_help_lines(["Riverbank crisis team, 01632 960 999"])
        activity = open_conversation(programme)
    form = f"/p/north/programmes/{programme.public_id}/say/{activity}"
    browser = browse()
    page = browser.send(form, {"words": HARM_SAID, "may_quote": "yes"}, follow_redirects=True)
    for words in ("999", "111", "116 123", "Riverbank crisis team", "Help is there now"):
        assert words in page.text
    again = browser.get(f"/p/north/programmes/{programme.public_id}/thank-you")
    assert "116 123" in again.text
    page = browser.send(
        form, {"words": "The bus is late", "may_quote": "yes"}, follow_redirects=True
    )
    assert "116 123" not in page.text
    other = browse().send(form, {"words": NAMES_SAID, "may_quote": "yes"}, follow_redirects=True)
    assert "116 123" not in other.text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SAFEGUARDING_LEAD])
def test_nobody_but_the_lead_reads_words_of_harm(
    world: World, programme: Programme, signed_in: Callable[..., CheckedClient], role: Role
) -> None:
    with world.north.inside():
        said = say(programme, f"{HARM_SAID} {CANARY}")
    browser = signed_in(role)
    key = programme.public_id
    for path in (
        f"facilitate/safeguarding/{said}",
        "facilitate/safeguarding",
        f"facilitate/programmes/{key}/moderation",
        f"facilitate/programmes/{key}/moderation/{said}",
        f"plan/programmes/{key}/contributions",
        f"plan/programmes/{key}/contributions/one/{said}",
        f"plan/programmes/{key}/contributions/csv",
    ):
        answer = browser.get(f"/p/north/{path}")
        assert CANARY not in answer.text, path
        assert answer.status_code == 404 or "safeguarding/" not in path
    lead = signed_in(Role.SAFEGUARDING_LEAD)
    assert CANARY in lead.get(f"/p/north/facilitate/safeguarding/{said}").text
    assert CANARY not in lead.get("/p/north/facilitate/safeguarding").text


def test_held_words_are_on_no_page_for_anyone(
    app: Flask, world: World, browse: Browse, programme: Programme
) -> None:
    """Every public page of a programme whose quotes were held after they had been published."""
    samples = Samples(world.north, programme)
    with world.north.inside():
        links = chain(programme, CANARY)
        with transaction():
            own = select(Contribution).where(Contribution.programme_id == programme.id)
            for row in db.session.scalars(own):
                # What stands in a priority or a draft is the partnership's own words.
                row.text = (row.text or "").replace(CANARY, "sentinel words nobody may see")
    seen: list[str] = []

    def pages() -> dict[str, str]:
        texts = {}
        for route in list_routes(app):
            if route.access is None or route.access.who is not Who.ANYONE:
                continue
            if "GET" not in route.methods or not route.is_partnerships:
                continue
            values = samples.kept_values(route)
            values |= {
                name: value
                for name, value in {
                    "public_id": programme.public_id,
                    "contribution_id": links.contribution,
                    "theme_id": links.theme,
                    "priority_id": links.priority,
                    "draft_id": links.draft,
                    "paragraph_id": links.paragraph,
                }.items()
                if name in values and (name != "public_id" or "programmes" in route.rule.rule)
            }
            answer = browse().get(route.address("north", values))
            texts[route.endpoint] = answer.get_data(as_text=True)
        return texts

    seen += [name for name, text in pages().items() if "sentinel" in text]
    assert "public.words" in seen or "public.priority" in seen, seen
    with world.north.inside():
        own = select(Contribution.public_id).where(Contribution.programme_id == programme.id)
        held(programme, *db.session.scalars(own).all())
    assert [name for name, text in pages().items() if "sentinel" in text] == []


def test_the_queue_decides_in_bulk_and_asks_for_what_is_missing(
    world: World, programme: Programme, signed_in: Callable[..., CheckedClient]
) -> None:
    with world.north.inside():
        set_moderation(None, programme.public_id, first=True)
        one = say(programme, "The bus is late", browser="a")
        spam = [say(programme, f"Buy pills{end}", browser=end) for end in "!?."]
    browser = signed_in(Role.FACILITATOR)
    page = browser.get(queue(programme)).text
    assert "4 wait" in page
    assert "All 3 that say nearly the same" in page
    refused = browser.send(queue(programme), {"decision": "hold"})
    assert "Tick what you want to decide about" in refused.text
    refused = browser.send(queue(programme), {"decision": "hold", "chosen": one})
    assert "Choose a reason" in refused.text
    assert f'value="{one}" checked' in " ".join(refused.text.split())
    group = "all " + page.split('value="all ')[1].split('"')[0]
    with world.north.inside():
        fourth = say(programme, "buy  PILLS", browser="late")
    sent = {"decision": "publish", "chosen": group}
    assert "look again" in browser.send(queue(programme), sent, follow_redirects=True).text
    assert state_of(world, fourth) is State.HELD
    with world.north.inside():
        decide(None, programme.public_id, [fourth], Decided.WITHDRAW, REASON)
    done = browser.send(
        queue(programme),
        {"decision": "withdraw", "chosen": group, "other": "It sells things"},
        follow_redirects=True,
    )
    assert "3 contributions are decided" in done.text
    assert {state_of(world, said) for said in spam} == {State.WITHDRAWN}
    browser.send(queue(programme), {"decision": "publish", "chosen": one})
    assert state_of(world, one) is State.PUBLISHED
    assert browser.send(queue(programme), {"decision": "burn"}).status_code == 400


def test_the_queue_says_when_nobody_is_safeguarding_lead(
    world: World, programme: Programme, signed_in: Callable[..., CheckedClient]
) -> None:
    browser = signed_in(Role.FACILITATOR)
    assert "No safeguarding lead" in browser.get(queue(programme)).text
    world.north.staff(Role.SAFEGUARDING_LEAD, programme=world.north.programme("Other"))
    assert "No safeguarding lead" in browser.get(queue(programme)).text
    world.north.staff(Role.SAFEGUARDING_LEAD)
    assert "No safeguarding lead" not in browser.get(queue(programme)).text


def test_of_a_large_group_only_what_was_shown_is_published(
    world: World, programme: Programme, signed_in: Callable[..., CheckedClient]
) -> None:
    with world.north.inside():
        set_moderation(None, programme.public_id, first=True)
        for n in range(105):
            say(programme, "Keep the walk-in clinic at the mill open", browser=str(n))
    browser = signed_in(Role.FACILITATOR)
    for decision, left in (("publish", 4), ("hold", 0)):
        page = browser.get(queue(programme)).text
        group = "all " + page.split('value="all ')[1].split('"')[0]
        sent = {"decision": decision, "chosen": group, "other": REASON}
        browser.send(queue(programme), sent)
        with world.north.inside():
            assert sum(len(group.rows) for group in waiting_alike(programme.id)) == left


def test_a_long_queue_asks_few_questions_and_comes_in_pages(
    app: Flask, world: World, programme: Programme, signed_in: Callable[..., CheckedClient]
) -> None:
    with world.north.inside():
        set_moderation(None, programme.public_id, first=True)
        for n in range(60):
            digest = hashlib.sha256(str(n).encode()).hexdigest()
            say(programme, f"Thing {n}: {digest}", browser=str(n))
    browser = signed_in(Role.FACILITATOR)
    with counted_statements(app) as asked:
        page = browser.get(f"{queue(programme)}?page=2")
    assert len(asked) <= 6, asked
    assert "26 to 50 of 60" in page.text
    assert "Thing 30:" in page.text


def test_passages_are_ticked_typed_and_taken_out(
    world: World, programme: Programme, signed_in: Callable[..., CheckedClient]
) -> None:
    with world.north.inside():
        said = say(programme, f"{NAMES_SAID}, the baker")
    browser = signed_in(Role.OFFICER)
    here = f"{queue(programme)}/{said}"
    page = browser.get(here).text
    assert "John Smith" in page
    assert "kept nowhere" in page
    version = page.split('name="version" value="')[1].split('"')[0]
    form = {"version": version, "decision": "redact", "other": REASON, "further": "the dentist"}
    refused = browser.send(here, form)
    assert "These words do not stand there: the dentist" in refused.text
    assert "the dentist</textarea>" in refused.text
    refused = browser.send(here, form | {"further": ""})
    assert "Choose what is to be taken out" in refused.text
    browser.send(here, form | {"further": "the baker", "passages": "w13-23"})
    with world.north.inside():
        text = db.session.scalars(
            select(Contribution.text).where(Contribution.public_id == said)
        ).one()
    assert text == (
        "My neighbour [name taken out] of 12 High Street shouts all night, [passage taken out]"
    )


def test_the_author_reads_why_in_the_same_browser_disagrees_and_is_answered(
    world: World, browse: Browse, programme: Programme, signed_in: Callable[..., CheckedClient]
) -> None:
    first, second = world.north.staff(Role.FACILITATOR), world.north.staff(Role.FACILITATOR)
    with world.north.inside():
        activity = open_conversation(programme)
    me, here = browse(), f"/p/north/programmes/{programme.public_id}"
    me.send(f"{here}/say/{activity}", {"words": NAMES_SAID, "may_quote": "yes"})
    assert "It waits until somebody has read it" in me.get(f"{here}/what-became").text
    with world.north.inside():
        (said,) = db.session.scalars(select(Contribution.public_id)).all()
    assert me.get(f"{here}/what-became/{said}").status_code == 404
    decided = {"decision": "hold", "chosen": said, "other": REASON}
    signed_in(who=first).send(queue(programme), decided)
    page = me.get(f"{here}/what-became").text
    assert REASON in page
    assert "I disagree" in page
    stranger = browse()
    assert NAMES_SAID not in stranger.get(f"{here}/what-became").text
    assert stranger.get(f"{here}/what-became/{said}").status_code == 404
    assert "Write why you disagree" in me.send(f"{here}/what-became/{said}", {}).text
    me.send(f"{here}/what-became/{said}", {"why": "He asked me to say it"})
    appeals = f"/p/north/facilitate/programmes/{programme.public_id}/appeals"
    page = signed_in(who=second).get(appeals).text
    assert "He asked me to say it" in page
    one = page.split(f'href="{appeals}/')[1].split('"')[0]
    answer = {"upheld": "no", "answer": "Others are not asked"}
    refused = signed_in(who=first).send(f"{appeals}/{one}", answer)
    assert "Somebody else must answer" in refused.text
    signed_in(who=second).send(f"{appeals}/{one}", answer)
    assert "Others are not asked" in me.get(f"{here}/what-became").text


def test_settings_change_when_moderators_read_and_what_they_choose_from(
    world: World, programme: Programme, signed_in: Callable[..., CheckedClient]
) -> None:
    browser = signed_in(Role.FACILITATOR)
    here = f"{queue(programme)}-settings"
    assert "Write at least one reason" in browser.send(here, {"when": "first"}).text
    browser.send(here, {"when": "first", "reasons": "It shouts\n\n It  shouts \nIt sells"})
    with world.north.inside():
        said = say(programme, "The bus is late")
    assert state_of(world, said) is State.HELD
    assert "It shouts" in browser.get(queue(programme)).text
    too_many = "\n".join(f"Reason {n}" for n in range(21))
    assert "Keep to 20" in browser.send(here, {"when": "first", "reasons": too_many}).text


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "\u202eabc\u202c {{7*7}}", "a\u200bb"]
)
def test_hostile_words_are_shown_as_they_are(
    world: World, programme: Programme, signed_in: Callable[..., CheckedClient], words: str
) -> None:
    with world.north.inside():
        said = say(programme, f"{words} Sharon {words}")
    browser = signed_in(Role.FACILITATOR)
    for path in (queue(programme), f"{queue(programme)}/{said}"):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert words.replace("<", "&lt;").replace(">", "&gt;") in page
