"""Rounds: planned from a template, opened once what they stand on is there, or with a reason."""

from __future__ import annotations

import pytest

from engagement.audit.queries import list_entries
from engagement.deliberation.errors import OutputsMissing, RoundStands, Signed, UnknownRound
from engagement.deliberation.plans import (
    PLANS,
    Oversight,
    RoundKind,
    RoundPlan,
    RoundState,
    Template,
)
from engagement.deliberation.rounds import (
    RoundRow,
    add_round,
    bring,
    change_round,
    close_round,
    open_round,
    plan_rounds,
    remove_round,
    rounds_of,
    sign,
    signatures_of,
)
from engagement.panels.queries import find_panel
from tests.factories import World
from tests.factories.panels import panel_of


@pytest.fixture
def panel(world: World) -> str:
    with world.north.inside():
        return panel_of(world.north.programme())


def rows(panel: str) -> list[RoundRow]:
    found = find_panel(None, panel)
    assert found is not None
    return rounds_of(found.id)


def signed(panel: str) -> None:
    for part in Oversight:
        sign(None, panel, part, "We looked, and it is fair.", "Ann Overseer, Riverbank council")


@pytest.mark.parametrize("template", Template)
def test_a_template_gives_rounds_once(world: World, panel: str, template: Template) -> None:
    with world.north.inside():
        plan_rounds(None, panel, template)
        found = rows(panel)
        assert [(one.kind, one.title) for one in found] == [
            (plan.kind, plan.title) for plan in PLANS[template]
        ]
        assert all(one.outputs and one.prompt for one in found)
        assert {one.state for one in found} == {RoundState.PLANNED}
        with pytest.raises(RoundStands):
            plan_rounds(None, panel, template)


def test_learning_waits_for_the_oversight_group(world: World, panel: str) -> None:
    with world.north.inside():
        plan_rounds(None, panel, Template.ASSEMBLY)
        learn = rows(panel)[0]
        assert learn.kind is RoundKind.LEARN
        with pytest.raises(OutputsMissing) as missing:
            open_round(None, panel, learn.public_id)
        assert missing.value.names == ["remit", "evidence", "balance of witnesses"]
        sign(None, panel, Oversight.REMIT, "The question is open.", "Ann Overseer")
        with pytest.raises(OutputsMissing) as missing:
            open_round(None, panel, learn.public_id)
        assert missing.value.names == ["evidence", "balance of witnesses"]
        with pytest.raises(Signed):
            sign(None, panel, Oversight.REMIT, "Otherwise", "Somebody else")
        for part in (Oversight.EVIDENCE, Oversight.WITNESSES):
            sign(None, panel, part, "Fair", "Ann Overseer")
        open_round(None, panel, learn.public_id)
        assert rows(panel)[0].state is RoundState.OPEN
        found = find_panel(None, panel)
        assert found is not None
        assert signatures_of(found.id)[Oversight.REMIT].signed_as == "Ann Overseer"


def test_a_round_whose_predecessor_brought_nothing_opens_with_a_reason_alone(
    world: World, panel: str
) -> None:
    with world.north.inside():
        plan_rounds(None, panel, Template.WORKSHOP)
        share, weigh, _decide = rows(panel)
        open_round(None, panel, share.public_id)
        close_round(None, panel, share.public_id)
        for reason in ("", "  "):
            with pytest.raises(OutputsMissing) as missing:
                open_round(None, panel, weigh.public_id, reason)
            assert missing.value.names == list(share.outputs)
        open_round(None, panel, weigh.public_id, "The hall closed early; stories come by post.")
        opened = rows(panel)[1]
        assert opened.missing == share.outputs
        assert opened.reason == "The hall closed early; stories come by post."
        facts = [entry.facts for entry in list_entries(1, 50)[0] if entry.action == "round.opened"]
        assert {"missing": list(share.outputs), "reason": opened.reason} in facts


def test_what_a_round_brought_lets_the_next_one_open(world: World, panel: str) -> None:
    with world.north.inside():
        plan_rounds(None, panel, Template.WORKSHOP)
        share, weigh, _decide = rows(panel)
        with pytest.raises(RoundStands):
            bring(None, panel, share.public_id, share.outputs[0], "Too early")
        open_round(None, panel, share.public_id)
        with pytest.raises(UnknownRound):
            bring(None, panel, share.public_id, "Something else", "No")
        for text in ("Twelve stories", "Thirteen stories"):
            bring(None, panel, share.public_id, share.outputs[0], text)
        assert rows(panel)[0].brought == {share.outputs[0]: "Thirteen stories"}
        open_round(None, panel, weigh.public_id, "not needed")
        assert (rows(panel)[1].missing, rows(panel)[1].reason) == ((), "")


def test_what_was_opened_stands(world: World, panel: str) -> None:
    with world.north.inside():
        plan = RoundPlan(
            RoundKind.SHARE, "Stories", "What is it like?", ("Stories", "Stories", " ")
        )
        first, second = (add_round(None, panel, plan) for _ in range(2))
        assert [one.outputs for one in rows(panel)] == [("Stories",)] * 2
        change_round(None, panel, second, RoundPlan(RoundKind.WEIGH, "Weighing", "What first?"))
        open_round(None, panel, first)
        for refused in (
            lambda: change_round(None, panel, first, plan),
            lambda: remove_round(None, panel, first),
            lambda: open_round(None, panel, first),
            lambda: close_round(None, panel, second),
        ):
            with pytest.raises(RoundStands):
                refused()
        remove_round(None, panel, second)
        close_round(None, panel, first)
        with pytest.raises(RoundStands):
            close_round(None, panel, first)
        assert [one.state for one in rows(panel)] == [RoundState.CLOSED]
        with pytest.raises(UnknownRound):
            open_round(None, panel, "none")
