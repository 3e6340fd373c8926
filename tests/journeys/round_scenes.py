"""Rounds in every state, what members do in them from home, and evaluations, to look at."""

from __future__ import annotations

from engagement.deliberation.materials import papers_of_round, questions_of_round
from tests.factories import Partnership, Programme, Resident
from tests.factories.cards import published_card
from tests.factories.rounds import evaluated, from_home, in_rounds, own_round
from tests.journeys.ballot_scenes import member_of
from tests.journeys.draw_scenes import Paths

DESK = ("cards", "papers", "questions", "answers")


def round_pages(
    place: Partnership, resident: Resident, programme: Programme, mark: str = ""
) -> Paths:
    """A panel without rounds, and one with a round in every state; in one that is open others have
    read, asked and answered, and with words to ``mark`` them the resident too."""
    with place.inside():
        nobody, _seated = member_of(resident, programme)
        panel, others = member_of(resident, programme)
        if mark:
            evaluated(panel, [resident.id, *others], mark)
        made = in_rounds(panel, mark)
        card = [published_card(programme)] if mark else []
        from_home(panel, made[1], [resident.id, *others] if mark else others[:2], mark, card)
        opened = [own_round(resident.id, one).row for one in made]
        papers, asked = papers_of_round(opened[1].id), questions_of_round(opened[1].id)
    of = [{"panel_id": panel, "round_id": one} for one in made]
    both = [{"panel_id": one} for one in (panel, nobody)]
    tasks = [
        {"round_id": row.public_id, "task_id": task.public_id}
        for row in opened[:2]
        for task in row.tasks
    ]
    own = [{"round_id": row.public_id} for row in opened[:2]]
    paper = [of[1] | {"paper_id": one.public_id} for one in papers[:1]]
    question = [of[1] | {"asked_id": one.first.public_id} for one in asked[:1]]
    return {
        "facilitators.rounds": both,
        "facilitators.add_round": both[:1],
        "facilitators.sign_oversight": both[1:],
        "facilitators.integrity": both,
        "facilitators.one_round": of,
        "facilitators.bring_output": of[:1],
        "facilitators.change_round": of[2:],
        "facilitators.open_round": of[2:],
        **{
            f"facilitators.round_{page}": of for page in ("cards", "papers", "questions", "answers")
        },
        "facilitators.write_answer": of[1:2],
        "facilitators.evaluation": both,
        "facilitators.evaluate_member": both[1:],
        "facilitators.evaluate_organiser": both[:1],
        "facilitators.evaluate_observer": both[:1],
        "residents.one_round": own,
        "residents.round_task": tasks,
        "residents.round_questions": own,
        "residents.evaluation": both[1:],
        "facilitators.change_round_paper": paper,
        "facilitators.answer_expert_question": question,
        "facilitators.group_expert_question": question,
        "public.rounds": both,
        "public.one_round": of,
        "public.evaluation": both,
    }
