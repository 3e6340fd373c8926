"""A resident as participant: one random id a programme, one link, and its erasure."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from engagement.audit.models import AuditEntry
from engagement.contributions.errors import UnknownContribution
from engagement.contributions.models import Contribution
from engagement.contributions.queries import (
    all_contributions,
    count_own_contributions,
    own_contributions,
)
from engagement.contributions.service import Said, speak, take_back
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.people.models import ParticipantLink, Resident
from engagement.people.participation import forget_participation, participate
from engagement.programmes.models import Participant
from engagement.programmes.rules import ParticipantKind
from tests.factories import World
from tests.factories.chain import open_conversation, publish

WORDS = Said("I rang four times", "Riverbank", may_quote=True)


@pytest.fixture
def activity(world: World) -> str:
    """An open conversation of north."""
    programme = world.north.programme()
    with world.north.inside():
        publish(programme)
        return open_conversation(programme)


def test_a_resident_is_one_participant_of_each_programme(world: World) -> None:
    ada, bo = world.north.resident("Ada"), world.north.resident("Bo")
    first, second = world.north.programme("Waiting well"), world.north.programme("Ageing well")
    with world.north.inside():
        key = participate(ada.id, first.id)
        assert participate(ada.id, first.id) == key
        assert len({key, participate(ada.id, second.id), participate(bo.id, first.id)}) == 3
        made = db.session.scalars(select(Participant).where(Participant.id == key)).one()
        assert (made.kind, made.token_hash) == (ParticipantKind.PERSON, None)


def test_answers_sent_at_once_are_of_one_participant(
    world: World, activity: str, at_once: Callable[..., list[BaseException]]
) -> None:
    ada = world.north.resident("Ada")
    answers = [lambda: speak(activity, WORDS, "b", resident_id=ada.id)] * 4
    assert at_once(*answers, partnership_id=world.north.id) == []
    with world.north.inside():
        assert db.session.scalar(select(func.count(ParticipantLink.id))) == 1
        assert count_own_contributions(ada.id) == 4
        assert len({row.participant for row in all_contributions(_programme())}) == 1


def _programme() -> int:
    return db.session.scalars(select(Contribution.programme_id).distinct()).one()


def test_only_who_said_it_finds_it_and_takes_it_back(world: World, activity: str) -> None:
    ada, bo = world.north.resident("Ada"), world.north.resident("Bo")
    with world.north.inside():
        said = speak(activity, WORDS, "b", resident_id=ada.id)
        speak(activity, WORDS, "b")
        (own,) = own_contributions(ada.id)
        assert (own.public_id, own.text, own.programme) == (said, WORDS.text, "Waiting well")
        assert own_contributions(bo.id) == []
        with pytest.raises(UnknownContribution):
            take_back(bo.id, said)
        take_back(ada.id, said)
        assert own_contributions(ada.id) == []
        with pytest.raises(UnknownContribution):
            take_back(ada.id, said)
        left = db.session.scalars(select(Contribution.text).where(Contribution.public_id == said))
        assert left.one() is None
        assert len(all_contributions(_programme())) == 1


def test_what_is_forgotten_stays_and_is_nobodys(world: World, activity: str) -> None:
    ada = world.north.resident("Ada")
    with world.north.inside():
        said = speak(activity, WORDS, "b", resident_id=ada.id)
        forget_participation(ada.id)
        forget_participation(ada.id)
        assert own_contributions(ada.id) == []
        with pytest.raises(UnknownContribution):
            take_back(ada.id, said)
        assert [row.public_id for row in all_contributions(_programme())] == [said]
        assert db.session.scalar(select(func.count(ParticipantLink.id))) == 0


def test_a_resident_who_is_deleted_leaves_words_without_a_link(world: World, activity: str) -> None:
    ada = world.north.resident("Ada")
    with world.north.inside():
        speak(activity, WORDS, "b", resident_id=ada.id)
        with transaction():
            db.session.execute(delete(Resident).where(Resident.id == ada.id))
        assert db.session.scalar(select(func.count(ParticipantLink.id))) == 0
        assert len(all_contributions(_programme())) == 1


def test_the_chain_of_records_names_no_resident_beside_what_they_said(
    app: Flask, world: World, activity: str
) -> None:
    ada = world.north.resident("Ada")
    with world.north.inside():
        said = speak(activity, WORDS, "b", resident_id=ada.id)
        take_back(ada.id, said)
        entries = db.session.scalars(
            select(AuditEntry).where(AuditEntry.object_kind.in_(["contribution", "participant"]))
        ).all()
        assert [entry.action for entry in entries] == [
            "participant.linked",
            "contribution.made",
            "contribution.withdrawn",
        ]
        for entry in entries:
            assert (entry.actor_kind, entry.actor_id) == ("visitor", "")
            assert ada.public_id not in str(entry.facts)
