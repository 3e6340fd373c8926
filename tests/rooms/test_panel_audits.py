"""Auditors of draws: agreement first, then the rows, then a statement that stands."""

from __future__ import annotations

import pytest
from flask import Flask

from engagement.audit.queries import verify_chain
from engagement.audit.rules import ActorKind
from engagement.audit.service import Actor, acting_as
from engagement.files.service import files_of
from engagement.panels import audits
from engagement.panels.draw_queries import find_draw
from engagement.panels.errors import AlreadySigned, NotAgreed, UnknownDraw
from engagement.panels.rules import AuditFinding
from tests.factories import Partnership, World
from tests.factories.panels import drawn_panel
from tests.threads import run_at_once

AUDITOR = Actor(ActorKind.STAFF, "auditor-of-healthwatch")
SAID = "I ran the programs on all 1,000 tickets.\nNothing differed."


@pytest.fixture
def north(world: World) -> Partnership:
    """The northern partnership."""
    return world.north


@pytest.fixture
def draw(north: Partnership) -> str:
    """A draw that was drawn."""
    with north.inside():
        return drawn_panel(north.programme())[1]


def test_nothing_is_seen_before_agreeing_and_nothing_signed_before_looking(
    north: Partnership, draw: str
) -> None:
    with north.inside(), acting_as(AUDITOR):
        with pytest.raises(NotAgreed):
            audits.take_auditor_pack(None, draw)
        audits.agree_to_audit(None, draw, "I keep it to myself.")
        with pytest.raises(NotAgreed):
            audits.sign_statement(None, draw, AuditFinding.SOUND, SAID, "Ann Auditor")
        assert audits.take_auditor_pack(None, draw).startswith(b"PK")
        with acting_as(Actor(ActorKind.STAFF, "somebody-else")), pytest.raises(NotAgreed):
            audits.take_auditor_pack(None, draw)


def test_a_statement_is_published_once_and_bound_by_the_chain_of_records(
    north: Partnership, draw: str
) -> None:
    with north.inside(), acting_as(AUDITOR):
        found = find_draw(None, draw)
        assert found is not None
        audits.agree_to_audit(None, draw, "I keep it to myself.")
        audits.agree_to_audit(None, draw, "other words, later")
        audits.take_auditor_pack(None, draw)
        assert audits.signed_audits([found.id]) == {}
        audits.sign_statement(None, draw, AuditFinding.FAULTY, f"{SAID}\n", " Ann Auditor ")
        with pytest.raises(AlreadySigned):
            audits.sign_statement(None, draw, AuditFinding.SOUND, "No.", "Ann Auditor")
        ((said,),) = audits.signed_audits([found.id]).values()
        assert said.agreement == "I keep it to myself."
        assert (said.finding, said.statement, said.signed_as) == (
            AuditFinding.FAULTY, SAID, "Ann Auditor"
        )  # fmt: skip
        digest = audits.statement_digest(AuditFinding.FAULTY, SAID, "Ann Auditor")
        assert said.digest == digest
        assert verify_chain()[1] == []
        assert [one.signed_at is not None for one in audits.draws_to_audit(None, AUDITOR.id)] == [
            True
        ]


def test_only_published_draws_of_ones_own_programmes_are_there(
    app: Flask, north: Partnership, draw: str
) -> None:
    with north.inside(), acting_as(AUDITOR):
        assert audits.draws_to_audit(frozenset(), AUDITOR.id) == []
        with pytest.raises(UnknownDraw):
            audits.agree_to_audit(frozenset(), draw, "words")


def test_the_rows_of_people_are_not_among_the_files_of_a_run(north: Partnership, draw: str) -> None:
    """Administrators see the files of every run."""
    with north.inside():
        found = find_draw(None, draw)
        assert found is not None
        assert files_of(found.run_public_id) == []
        assert {row.name for row in files_of(draw)} == {
            "auditor.zip", "commitment.json", "public.zip"
        }  # fmt: skip


def test_two_presses_at_once_agree_once(app: Flask, north: Partnership, draw: str) -> None:
    def agree() -> None:
        with acting_as(AUDITOR):
            audits.agree_to_audit(None, draw, "I keep it to myself.")

    assert run_at_once(app, agree, agree, partnership_id=north.id) == []
    with north.inside():
        found = find_draw(None, draw)
        assert found is not None
        assert audits.find_audit(found.id, AUDITOR.id) is not None
