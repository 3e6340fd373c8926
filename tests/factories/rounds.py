"""Rounds of panels, what members have for them and do from home, and what is said of it all."""

from __future__ import annotations

from collections.abc import Sequence

from engagement.contributions.service import Said
from engagement.deliberation.evaluation import Reply, evaluate_as_member, evaluate_as_staff
from engagement.deliberation.integrity import Integrity, state_integrity
from engagement.deliberation.materials import (
    answer_expert_question,
    put_paper,
    questions_of_round,
    show_cards,
)
from engagement.deliberation.plans import Oversight, RoundKind, RoundPlan
from engagement.deliberation.rounds import add_round, bring, close_round, open_round, sign
from engagement.deliberation.rules import ITEMS, EvaluationPart, marks_of
from engagement.deliberation.taking_part import OwnRound, answer_task, ask_experts, own_rounds
from engagement.panels.queries import find_panel
from engagement.panels.rules import SeatState
from engagement.panels.seat_queries import seats_of
from engagement.sessions.papers import PaperWords


def in_rounds(panel: str, mark: str) -> list[str]:
    """A round that is closed and brought something, one that opened with a reason, one planned;
    their public ids."""
    mark = mark or "here"
    made = [
        add_round(
            None,
            panel,
            RoundPlan(
                kind, f"{kind} {mark}", f"What is it like {mark}?", names, (f"Who gains {mark}?",)
            ),
        )
        for kind, names in (
            (RoundKind.LEARN, (f"Answers {mark}", f"More {mark}")),
            (RoundKind.WEIGH, (f"Order {mark}",)),
            (RoundKind.DECIDE, ()),
        )
    ]
    for part in Oversight:
        sign(None, panel, part, f"We looked {mark}.", f"Ann Overseer {mark}")
    for what in ("nothing", "one witness"):
        said = Integrity(f"The council {mark}", f"Oversight {mark}", f"We left out {what} {mark}")
        state_integrity(None, panel, said)
    open_round(None, panel, made[0])
    bring(None, panel, made[0], f"Answers {mark}", f"Nine answers {mark}")
    close_round(None, panel, made[0])
    open_round(None, panel, made[1], f"The expert was ill {mark}")
    return made


def paper(mark: str, *, file: bool = True) -> PaperWords:
    """A paper of evidence in these words."""
    full = ("paper.pdf", "application/pdf", b"%PDF-1.7") if file else None
    return PaperWords(
        f"Who waits {mark}", f"The council {mark}", f"Half wait long {mark}.", file=full
    )


def said(words: str) -> Said:
    """Words that may be shown."""
    return Said(words, "The harbour", True, consent_wording="Shown without a name")


def members_of(panel: str) -> list[int]:
    """The keys of those who have a seat on a panel."""
    found = find_panel(None, panel)
    assert found is not None
    return [one.resident_id for one in seats_of(found.id) if one.state is SeatState.ACCEPTED]


def own_round(resident_id: int, public_id: str) -> OwnRound:
    """A round as a member has it."""
    return next(one for one in own_rounds(resident_id) if one.row.public_id == public_id)


def from_home(
    panel: str, opened: str, residents: Sequence[int], mark: str, cards: Sequence[str] = ()
) -> None:
    """Everything that a round which is open can have: cards, a paper, questions to experts of which
    one is answered, and what each of these members answered to its tasks."""
    show_cards(None, panel, opened, cards)
    put_paper(None, panel, opened, paper(mark))
    put_paper(None, panel, opened, paper(f"still {mark}", file=False))
    for number, resident in enumerate(residents):
        own = own_round(resident, opened)
        for task in own.row.tasks:
            answer_task(own, task, resident, said(f"Those who wait {mark} {number}"))
        if number < 2:
            ask_experts(own, resident, said(f"Why so long {mark} {number}?"))
    first = questions_of_round(own_round(residents[0], opened).row.id)[0].first.public_id
    answer_expert_question(None, panel, opened, first, f"Few nurses {mark}", f"Dr Jo {mark}")


def evaluated(panel: str, residents: Sequence[int], mark: str) -> None:
    """What these members say before, five who organised it, and an observer."""
    found = find_panel(None, panel)
    assert found is not None
    for number, resident in enumerate(residents):
        before = _reply(EvaluationPart.BEFORE, number, f"We wait {mark} {number}")
        evaluate_as_member(found.id, EvaluationPart.BEFORE, resident, before)
    for number in range(5):
        own = _reply(EvaluationPart.ORGANISER, number, f"Late rooms {mark} {number}")
        evaluate_as_staff(None, panel, EvaluationPart.ORGANISER, own, by=f"{number}".rjust(22, "s"))
    seen = _reply(EvaluationPart.OBSERVER, 1, f"I saw {mark}")
    evaluate_as_staff(
        None, panel, EvaluationPart.OBSERVER, seen, by="s" * 22, signed_as=f"Olu Observer {mark}"
    )


def _reply(part: EvaluationPart, number: int, words: str) -> Reply:
    marks = marks_of(part)
    items = ITEMS[part]
    return Reply(
        {item: marks[(number + at) % len(marks)] for at, item in enumerate(items[:-1])}, words
    )
