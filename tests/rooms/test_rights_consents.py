"""A consent is withdrawn in one step, and what rested on it is in nothing to come."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.panels.draw_queries import find_draw
from engagement.panels.models import Registration, SupportNeed
from engagement.panels.pool import sortition_input
from engagement.panels.queries import find_panel
from engagement.panels.registered import own_registration
from engagement.panels.rules import DrawState
from engagement.people.models import Consent
from engagement.people.queries import own_answers
from engagement.people.questions import ETHNIC_GROUP
from engagement.people.rules import GivenHow
from engagement.people.service import answer_question
from engagement.rights.consents import withdraw_consent
from engagement.rights.errors import UnknownConsent
from tests.factories import World
from tests.factories.panels import letters_for, panel_of, register
from tests.factories.rights import Stage


def consents_of(resident_id: int, wording: str = "") -> list[int]:
    """The keys of somebody's standing consents, those to some words alone."""
    rows = db.session.execute(
        select(Consent.id, Consent.wording).where(
            Consent.resident_id == resident_id, Consent.withdrawn_at.is_(None)
        )
    )
    return [row.id for row in rows if wording in row.wording]


def test_an_answer_about_oneself_goes_with_its_consent(world: World) -> None:
    ada = world.north.resident()
    with world.north.inside():
        answer_question(ada.id, ETHNIC_GROUP.key, "black", "words", GivenHow.ONLINE)
        (consent,) = consents_of(ada.id)
        withdraw_consent(ada.id, consent)
        assert own_answers(ada.id) == {}
        assert consents_of(ada.id) == []


def test_a_second_press_and_anothers_consent_are_refused(world: World) -> None:
    ada, bo = world.north.resident("Ada"), world.north.resident("Bo")
    with world.north.inside():
        answer_question(ada.id, ETHNIC_GROUP.key, "black", "words", GivenHow.ONLINE)
        (consent,) = consents_of(ada.id)
        with pytest.raises(UnknownConsent):
            withdraw_consent(bo.id, consent)
        withdraw_consent(ada.id, consent)
        with pytest.raises(UnknownConsent):
            withdraw_consent(ada.id, consent)
    dee = world.south.resident("Dee")
    with world.south.inside(), pytest.raises(UnknownConsent):
        withdraw_consent(dee.id, consent)


def test_an_answer_for_a_draw_is_in_the_next_pool_no_more(world: World) -> None:
    with world.north.inside():
        panel = panel_of(world.north.programme())
        found = find_panel(None, panel)
        assert found is not None
        who = register(panel, letters_for(panel, 1)[0], needs="A hearing loop").resident_id
        assert None not in sortition_input(found.id).pool.answers[0]
        (sex,) = consents_of(who, "registration:sex/")
        withdraw_consent(who, sex)
        pool = sortition_input(found.id).pool
        assert pool.answers[0].count(None) == 1
        own = own_registration(found.id, who)
        assert own is not None
        assert own.stands
        assert set(own.answers) == {"age", "own-1"}
        (needs,) = consents_of(who, "support/")
        withdraw_consent(who, needs)
        assert db.session.scalars(select(SupportNeed)).all() == []


def test_a_draw_that_waits_for_its_seed_is_void_without_the_answer(world: World) -> None:
    stage = Stage(world.north)
    with world.north.inside():
        who = register(stage.panel, stage.letter()).resident_id
        needless = register(stage.panel, stage.letter(), needs="A ramp").resident_id
    draw = stage.draw_under_way()
    with world.north.inside():
        withdraw_consent(needless, consents_of(needless, "support/")[0])
        found = find_draw(None, draw)
        assert found is not None
        assert found.state is not DrawState.VOID
        withdraw_consent(who, consents_of(who, "registration:age/")[0])
        found = find_draw(None, draw)
        assert found is not None
        assert found.state is DrawState.VOID
        drawn = find_draw(None, stage.draw)
        assert drawn is not None
        assert drawn.state is DrawState.DRAWN


def test_an_answer_of_who_has_taken_their_name_back_voids_nothing(world: World) -> None:
    stage = Stage(world.north)
    with world.north.inside():
        who = register(stage.panel, stage.letter()).resident_id
        with transaction():
            row = db.session.scalars(
                select(Registration).where(Registration.resident_id == who)
            ).one()
            row.sent_at = None
    draw = stage.draw_under_way()
    with world.north.inside():
        withdraw_consent(who, consents_of(who, "registration:age/")[0])
        found = find_draw(None, draw)
        assert found is not None
        assert found.state is not DrawState.VOID
