"""The pool that a panel is drawn from, as the lottery takes it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from engagement.extensions import db
from engagement.methods.sortition.feasibility import cover
from engagement.methods.sortition.problem import pose
from engagement.panels import registration, service
from engagement.panels.models import Registration
from engagement.panels.pool import sortition_input
from engagement.panels.queries import find_panel
from engagement.panels.service import OwnWording, TargetPlan
from tests.factories import Partnership, World
from tests.factories.panels import letters_for, panel_of, pool_of, register


@pytest.fixture
def north(world: World) -> Iterator[Partnership]:
    """Inside the northern partnership."""
    with world.north.inside():
        yield world.north


@pytest.fixture
def panel(north: Partnership) -> str:
    """A panel of four, balanced by sex, age and a question of its own."""
    return panel_of(north.programme("Waiting well"))


def key_of(panel: str) -> int:
    found = find_panel(None, panel)
    assert found is not None
    return found.id


def test_everybody_who_stands_is_in_the_pool_with_answers_in_words(panel: str) -> None:
    one, other = letters_for(panel, 2)
    old = register(panel, one, "male", "75-plus", "c2")
    silent = register(panel, one, "prefer-not-to-say", "16-24", word="other word")
    gone = register(panel, other)
    registration.withdraw_registration(panel, gone.resident_id)
    made = sortition_input(key_of(panel))
    rows = {
        row.resident_id: row
        for row in db.session.scalars(select(Registration).order_by(Registration.id))
    }
    assert list(made.pool.ids) == sorted(made.pool.ids)
    assert made.ids == {
        rows[who.resident_id].pool_id: rows[who.resident_id].id for who in (old, silent)
    }
    people = {made.ids[person.id]: person for person in made.pool}
    first, second = people[rows[old.resident_id].id], people[rows[silent.resident_id].id]
    assert first.answers == ("Male", "65 or over", "No")
    assert second.answers[0] is None
    assert first.household == second.household is not None


def test_targets_are_named_as_the_pool_names_its_answers(panel: str) -> None:
    made = sortition_input(key_of(panel))
    assert made.targets.features == made.pool.features
    assert str(made.targets.rows[0]).endswith("Female")
    assert [(t.value, t.least, t.most) for t in made.targets.rows[-2:]] == [
        ("Yes", 2, 4),
        ("No", 0, 2),
    ]


def test_a_feature_without_targets_tells_nobody_apart(panel: str) -> None:
    service.add_feature(None, panel, "tenure")
    assert len(sortition_input(key_of(panel)).pool.features) == 3


def test_two_questions_with_the_same_words_are_two_features(panel: str) -> None:
    twice = OwnWording("Are you waiting for planned care?", "Again.", ("Yes", "Yes"))
    key = service.add_own_feature(None, panel, twice)
    service.set_targets(
        None, panel, key, [TargetPlan("c1", 0, 4), TargetPlan("c2", 0, 4)], "by hand"
    )
    made = sortition_input(key_of(panel))
    assert made.targets.features[-1] == "Are you waiting for planned care? (2)"
    assert [target.value for target in made.targets.rows[-2:]] == ["Yes", "Yes (2)"]


def test_a_panel_can_be_found_in_the_pool_that_registered(panel: str) -> None:
    pool_of(panel)
    made = sortition_input(key_of(panel))
    problem = pose(made.targets, made.pool, 4)
    assert cover(problem, made.targets, lambda: None).panels


def test_nobody_yet_is_an_empty_pool(panel: str) -> None:
    made = sortition_input(key_of(panel))
    assert made.pool.ids == ()
    assert made.ids == {}
