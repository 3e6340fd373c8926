"""Rounds from home: own words first, others' under made-up names, experts who answer in public."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from engagement.audit.queries import list_entries
from engagement.audit.rules import ActorKind
from engagement.contributions.moderation import decide
from engagement.contributions.rules import Channel, Decided, State
from engagement.contributions.service import take_back
from engagement.database.transactions import transaction
from engagement.deliberation.errors import NoSeat, NotAsked, RoundStands, UnknownRound
from engagement.deliberation.evaluation import Reply, evaluate_as_member
from engagement.deliberation.materials import (
    answer_expert_question,
    answer_experts_together,
    cards_of,
    find_round_paper,
    papers_of_round,
    put_paper,
    questions_of_round,
    remove_round_paper,
    show_cards,
)
from engagement.deliberation.plans import RoundKind, RoundPlan
from engagement.deliberation.rounds import (
    add_round,
    change_round,
    close_round,
    open_round,
    remove_round,
)
from engagement.deliberation.rules import NAMES, EvaluationPart, made_up_name
from engagement.deliberation.taking_part import (
    OwnRound,
    answer_for,
    answer_task,
    answers_of_others,
    answers_to,
    ask_experts,
    own_answers_to,
    own_rounds,
    people_answering,
    tasks_answered,
)
from engagement.extensions import db
from engagement.files.service import files_of
from engagement.panels.queries import find_panel
from engagement.panels.rules import Route
from engagement.panels.seat_queries import seats_of
from engagement.panels.seats import leave_seat
from engagement.programmes.models import Programme as ProgrammeTable
from tests.factories import Programme, World
from tests.factories.ballots import seat, seated_panel
from tests.factories.cards import published_card
from tests.factories.rounds import own_round, paper, said

AtOnce = Callable[..., list[BaseException]]
PLAN = RoundPlan(
    RoundKind.SHARE,
    "What it is like",
    "Tell us.",
    (),
    ("What is it like?", "Who gains?"),
)


@pytest.fixture
def programme(world: World) -> Programme:
    return world.north.programme()


@pytest.fixture
def panel(world: World, programme: Programme) -> tuple[str, list[int]]:
    """A panel of five, and the keys of its members."""
    with world.north.inside():
        return seated_panel(programme, 5, published=True)


def opened(panel: str, plan: RoundPlan = PLAN) -> str:
    made = add_round(None, panel, plan)
    open_round(None, panel, made, "It is late")
    return made


def test_a_member_reads_others_under_names_that_last(
    world: World, panel: tuple[str, list[int]]
) -> None:
    key, (ann, bo, *_others) = panel
    with world.north.inside():
        first, second = opened(key), opened(key)
        names = []
        for made in (first, second):
            for resident in (ann, bo):
                own = own_round(resident, made)
                for task in own.row.tasks:
                    answer_task(own, task, resident, said(f"{resident} says {task.text}"))
            task = own_round(ann, made).row.tasks[0]
            (other,) = answers_of_others(task, ann)
            (mine,) = own_answers_to(task, ann)
            assert other.text == f"{bo} says {task.text}"
            assert mine.text == f"{ann} says {task.text}"
            names.append((mine.pseudonym, other.pseudonym))
        assert names[0] == names[1]
        assert len(set(names[0])) == 2
        row = own_round(ann, first).row
        assert people_answering(row.id) == {task.id: 2 for task in row.tasks}
        assert tasks_answered(ann, row.id) == {task.id for task in row.tasks}


def test_who_may_not_be_shown_is_read_by_staff_alone(
    world: World, programme: Programme, panel: tuple[str, list[int]]
) -> None:
    key, (ann, bo, cleo, *_others) = panel
    with world.north.inside():
        made = opened(key)
        own = own_round(bo, made)
        task = own.row.tasks[0]
        answer_task(own, task, bo, replace(said("For you alone"), may_quote=False))
        hidden = answer_task(own_round(cleo, made), task, cleo, said("An insult"))
        decide(None, programme.public_id, [hidden], Decided.HOLD, "An insult")
        assert answers_of_others(task, ann) == []
        assert {one.text for one in answers_to(task)} == {"For you alone", "An insult"}
        assert own_answers_to(task, cleo)[0].state is State.HELD


def test_words_are_taken_once_from_a_form_and_can_be_taken_back(
    world: World, panel: tuple[str, list[int]]
) -> None:
    key, (ann, *_others) = panel
    with world.north.inside():
        made = opened(key)
        own = own_round(ann, made)
        task = own.row.tasks[0]
        once = [answer_task(own, task, ann, said("Cold"), "a" * 22) for _press in range(2)]
        assert once[0] == once[1]
        assert len(own_answers_to(task, ann)) == 1
        take_back(ann, once[0])
        assert own_answers_to(task, ann) == answers_to(task) == []
        assert tasks_answered(ann, own.row.id) == set()


def test_members_answer_as_often_as_they_are_asked(
    world: World, panel: tuple[str, list[int]]
) -> None:
    key, (ann, *_others) = panel
    with world.north.inside():
        with transaction():
            db.session.execute(update(ProgrammeTable).values(most_per_person=1))
        own = own_round(ann, opened(key))
        for task in own.row.tasks:
            answer_task(own, task, ann, said(f"To {task.text}"))
        ask_experts(own, ann, said("Why so long?"))
        assert tasks_answered(ann, own.row.id) == {task.id for task in own.row.tasks}


def test_only_members_take_part_and_only_while_it_is_open(
    world: World, programme: Programme, panel: tuple[str, list[int]]
) -> None:
    key, (ann, bo, *_others) = panel
    with world.north.inside():
        planned = add_round(None, key, PLAN)
        own = own_round(ann, planned)
        for act in (
            lambda: answer_task(own, own.row.tasks[0], ann, said("Early")),
            lambda: ask_experts(own, ann, said("Why?")),
        ):
            with pytest.raises(RoundStands):
                act()
        open_round(None, key, planned, "It is late")
        (stranger,) = seated_panel(programme, 1)[1]
        assert own_rounds(stranger) == []
        with pytest.raises(NoSeat):
            answer_task(own, own.row.tasks[0], stranger, said("Not mine"))
        leave_seat(key, bo, by=Route.PHONE)
        assert own_rounds(bo) == []
        with pytest.raises(NoSeat):
            answer_task(own, own.row.tasks[0], bo, said("After leaving"))
        close_round(None, key, planned)
        with pytest.raises(RoundStands):
            answer_task(own, own.row.tasks[0], ann, said("Late"))


def test_staff_write_down_what_came_on_paper_as_the_same_member(
    world: World, panel: tuple[str, list[int]]
) -> None:
    key, (ann, bo, *_others) = panel
    with world.north.inside():
        made = opened(key)
        own = own_round(ann, made)
        task, of = own.row.tasks[0], own.of.panel_id
        answer_task(own, task, ann, said("By the net"))
        paper_words = replace(said("By post"), channel=Channel.PAPER)
        seats = {one.resident_id: one.public_id for one in seats_of(of)}
        answer_for(None, key, made, task.public_id, seats[ann], paper_words)
        mine = own_answers_to(task, ann)
        assert {one.text for one in mine} == {"By the net", "By post"}
        assert len({one.pseudonym for one in mine}) == 1
        with pytest.raises(UnknownRound):
            answer_for(None, key, made, "x" * 22, seats[bo], paper_words)
        with pytest.raises(NoSeat):
            answer_for(None, key, made, task.public_id, "x" * 22, paper_words)


def test_the_chain_of_records_tells_of_nobody_what_they_said(
    world: World, panel: tuple[str, list[int]]
) -> None:
    key, (ann, *_others) = panel
    with world.north.inside():
        own = own_round(ann, opened(key))
        made = answer_task(own, own.row.tasks[0], ann, said("Cold"))
        entries, _more = list_entries(1, 50)
        (entry,) = [one for one in entries if one.object_id == made]
        assert (entry.actor_kind, entry.actor_id) == (ActorKind.VISITOR, "")


def test_experts_answer_once_for_all_who_asked_the_same(
    world: World, panel: tuple[str, list[int]]
) -> None:
    key, (ann, bo, cleo, *_others) = panel
    with world.north.inside():
        made = opened(key)
        for resident in (ann, bo, cleo):
            own = own_round(resident, made)
            for _press in range(2):
                ask_experts(own, resident, said(f"Why so long, {resident}?"), "b" * 22)
        row = own_round(ann, made).row
        first, second, third = (one.first.public_id for one in questions_of_round(row.id))
        answer_experts_together(None, key, made, third, second)
        answer_experts_together(None, key, made, second, first)
        answer_expert_question(None, key, made, third, "Too few nurses.", "Dr Jo Okoro")
        (group,) = questions_of_round(row.id, shown_only=True)
        assert group.first.answer == "Too few nurses."
        assert [one.public_id for one in group.others] == [second, third]
        with pytest.raises(UnknownRound):
            answer_experts_together(None, key, made, first, third)
        answer_experts_together(None, key, made, second, None)
        parted = questions_of_round(row.id)
        assert [one.first.answer for one in parted] == ["Too few nurses."] * 2, "each keeps it"
        ask_experts(own, cleo, said("And at night?"), "c" * 22)
        new = questions_of_round(row.id)[-1].first.public_id
        answer_experts_together(None, key, made, first, new)
        (again,) = [one for one in questions_of_round(row.id) if one.first.public_id == new]
        assert again.first.answer == "Too few nurses.", "what was answered stays answered"
        with pytest.raises(UnknownRound):
            answer_expert_question(None, key, made, "x" * 22, "Nobody asked", "Dr Jo Okoro")


def test_papers_and_cards_stand_with_a_round(
    world: World, programme: Programme, panel: tuple[str, list[int]]
) -> None:
    key, (ann, *_others) = panel
    with world.north.inside():
        made = opened(key)
        put = put_paper(None, key, made, paper("first"))
        row = own_round(ann, made).row
        found = find_round_paper(put)
        assert found is not None
        assert found[:2] == (key, True)
        put_paper(
            None, key, made, replace(paper("changed", file=False), link="https://x.example"), put
        )
        (shown,) = papers_of_round(row.id)
        assert (shown.title, shown.link) == ("Who waits changed", "https://x.example")
        assert shown.file is not None, "without a new file the old one stays"
        with pytest.raises(UnknownRound):
            put_paper(None, key, made, paper("nowhere"), "x" * 22)
        remove_round_paper(None, key, made, put)
        assert papers_of_round(row.id) == []
        assert find_round_paper(put) is None
        card, other = published_card(programme), published_card(programme)
        show_cards(None, key, made, [other, card])
        row = own_round(ann, made).row
        assert [one.public_id for one in cards_of(programme.id, row.cards)] == [other, card]
        with pytest.raises(UnknownRound):
            show_cards(None, key, made, [card, "x" * 22])


def test_a_planned_round_goes_with_the_files_of_its_papers(
    world: World, panel: tuple[str, list[int]]
) -> None:
    key, _residents = panel
    with world.north.inside():
        planned = add_round(None, key, PLAN)
        put = put_paper(None, key, planned, paper("first"))
        assert len(files_of(put)) == 1
        remove_round(None, key, planned)
        assert files_of(put) == []


def test_tasks_change_until_the_round_opens(world: World, panel: tuple[str, list[int]]) -> None:
    key, (ann, *_others) = panel
    with world.north.inside():
        made = add_round(None, key, PLAN)
        change_round(None, key, made, replace(PLAN, tasks=("Only this?", " ", "Only this?")))
        assert [task.text for task in own_round(ann, made).row.tasks] == ["Only this?"]


def test_members_who_answer_while_the_round_is_prepared_and_closed_do_not_wait_in_a_ring(
    world: World, panel: tuple[str, list[int]], at_once: AtOnce
) -> None:
    key, residents = panel
    with world.north.inside():
        made = opened(key)
        owns = [own_round(resident, made) for resident in residents]
        of = owns[0].of.panel_id

    def answer(own: OwnRound, resident: int) -> Callable[[], None]:
        def one() -> None:
            with world.north.inside():
                for task in own.row.tasks:
                    answer_task(own, task, resident, said(f"{resident} says {task.text}"))

        return one

    def evaluate(resident: int) -> Callable[[], None]:
        def one() -> None:
            with world.north.inside():
                evaluate_as_member(of, EvaluationPart.BEFORE, resident, Reply({"trust": "4"}))

        return one

    def staff() -> None:
        with world.north.inside():
            put_paper(None, key, made, paper("meanwhile"))
            close_round(None, key, made)

    wrong = at_once(
        *[answer(own, resident) for own, resident in zip(owns, residents, strict=True)],
        *[evaluate(resident) for resident in residents],
        staff,
    )
    assert {type(one) for one in wrong} <= {RoundStands, NotAsked}
    with world.north.inside():
        names = [one.pseudonym for task in owns[0].row.tasks for one in answers_to(task)]
        people = sum(people_answering(owns[0].row.id).values())
        assert len(names) == people
        assert len(set(names)) <= len(residents)


def test_a_replacement_is_somebody_else(world: World, panel: tuple[str, list[int]]) -> None:
    key, _residents = panel
    with world.north.inside():
        made = opened(key)
        found = find_panel(None, key)
        assert found is not None
        left = seats_of(found.id)[0]
        own = own_round(left.resident_id, made)
        answer_task(own, own.row.tasks[0], left.resident_id, said("Before I left"))
        leave_seat(key, left.resident_id, by=Route.PHONE)
        (new,) = seat(key, 1)
        answer_task(own_round(new, made), own.row.tasks[0], new, said("I am new"))
        both = answers_to(own.row.tasks[0])
        assert {one.text for one in both} == {"Before I left", "I am new"}
        assert len({one.pseudonym for one in both}) == 2


@given(st.integers(0, 2**256), st.integers(0, 40))
def test_a_made_up_name_is_nobody_elses(number: int, people: int) -> None:
    taken: set[str] = set()
    for _person in range(people):
        taken.add(made_up_name(number, taken))
    assert len(taken) == people


def test_names_begin_again_with_a_number_once_all_are_taken() -> None:
    taken: set[str] = set()
    for _person in range(NAMES + 1):
        taken.add(made_up_name(7, taken))
    assert len(taken) == NAMES + 1
    assert sum(name.endswith(" 2") for name in taken) == 1
