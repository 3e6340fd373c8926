"""Ballots, straw polls and recommendations in every state, for looking at their pages."""

from __future__ import annotations

from dataclasses import replace

from engagement.ballots.queries import find_ballot, reasons_of, voters_of
from engagement.ballots.rules import Kind, Plan, Vote
from engagement.ballots.service import declare_void, draft_ballot, show_reason, tally, vote_on_paper
from engagement.ballots.voting import vote
from engagement.deliberation.service import draft, merge, reword
from engagement.methods.choice.consent import Step
from engagement.panels import seats
from engagement.panels.rules import Route
from engagement.panels.service import change_panel
from tests.factories import Partnership, Programme, Resident
from tests.factories.ballots import (
    CONSENT,
    RANKING,
    STRAW,
    close,
    keyed_ballot,
    opened_ballot,
    seat,
    seated_panel,
)
from tests.factories.panels import panel_of
from tests.factories.recommendations import answered, recommended, voted_on
from tests.journeys.draw_scenes import OPEN, Paths, drawn_with

LONG = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren <b>rings</b> & “calls”"
MANY = Plan(Kind.RANKING, LONG, options=tuple(f"{number}. {LONG}" for number in range(12)))


def _paths(panels: list[str], drafts: list[str], ballots: list[str], own: list[str]) -> Paths:
    desk = ("ballot_paper", "ballot_slip", "tally_ballot", "void_ballot")
    of_panel = [{"panel_id": panel} for panel in panels]
    every = [{"ballot_id": one} for one in (*drafts, *ballots)]
    return {
        "facilitators.ballots": of_panel,
        "facilitators.new_ballot": of_panel[:1],
        "facilitators.ballot": every,
        "facilitators.change_ballot": every[:1],
        "facilitators.ballot_key": every[:1],
        **{f"facilitators.{page}": [{"ballot_id": one} for one in ballots] for page in desk},
        "residents.cast_vote": [{"ballot_id": one} for one in own],
        "public.ballots": of_panel,
    }


def member_of(resident: Resident, programme: Programme) -> tuple[str, list[int]]:
    """A panel of six that this resident is a member of, and the others."""
    panel = drawn_with(resident, programme, 4)
    seats.answer_offer(panel, resident.id, accept=True, by=Route.ONLINE)
    change_panel(None, panel, OPEN)  # for those who come after
    return panel, seat(panel, 5)


def first_ballots(place: Partnership, resident: Resident, programme: Programme) -> Paths:
    """A panel that has not voted, a ballot that is being prepared, and one that is open."""
    with place.inside():
        nobody = panel_of(programme, published=True)
        panel, _others = member_of(resident, programme)
        draft = draft_ballot(None, panel, CONSENT)
        ballot, _secrets = opened_ballot(panel)
        public = {"public.ballot": [{"ballot_id": ballot}]}
        return _paths([panel, nobody], [draft], [ballot], [ballot]) | public


def every_ballot(place: Partnership, resident: Resident, programme: Programme) -> Paths:
    """Ballots and polls in every state, with long words."""
    with place.inside():
        panel, others = member_of(resident, programme)
        keyed, _ = keyed_ballot(panel, replace(CONSENT, question=LONG, proposal=LONG * 9))
        running, _ = opened_ballot(panel)
        row = find_ballot(None, running)
        assert row is not None
        vote(running, resident.id, Vote(Step.LIKE))
        vote_on_paper(
            None, running, [one.seat for one in voters_of(row.id) if not one.has_voted][:2]
        )
        ranks, _ = opened_ballot(panel, MANY)
        polls = [opened_ballot(panel, STRAW)[0] for _number in range(2)]
        done = []
        for plan, steps in (
            (CONSENT, Step),
            (replace(CONSENT, quorum=6), [Step.LOVE]),
            (RANKING, []),
        ):
            ballot, secrets = opened_ballot(panel, plan)
            for one, step in zip(others, steps, strict=False):
                vote(ballot, one, Vote(step, reason=f"{LONG} {step}"))
            if plan is RANKING:
                for one in others:
                    vote(ballot, one, Vote(ranking=(("Letters",), ("Calls", "A desk"))))
            close(ballot)
            tally(None, ballot, secrets)
            done.append(ballot)
        found = find_ballot(None, done[0])
        assert found is not None
        for reason in reasons_of(found.id)[:3]:
            show_reason(None, done[0], reason.public_id, shown=True)
        void, _ = opened_ballot(panel)
        declare_void(None, void, LONG * 5)
        over, _ = opened_ballot(panel)
        for poll in polls:
            for one in others:
                vote(poll, one, Vote(ranking=(("Tea",),)))
        for closing in (over, polls[1]):
            close(closing)
        tally(None, polls[1])
        secret = [running, ranks, *done, void, over]
        return _paths([panel], [keyed], [*secret, *polls], [*secret, *polls]) | {
            "public.ballot": [{"ballot_id": one} for one in secret]
        }


def recommendation_pages(place: Partnership, programme: Programme, *more: str) -> Paths:
    """A panel without a recommendation, and one with some, of which one rests on what was said and
    one is agreed; with ``more`` words that one is answered, one is not agreed, and one was put into
    another."""
    with place.inside():
        nobody = panel_of(programme, published=True)
        panel, residents = seated_panel(programme, 5, published=True)
        mark = "".join(more)
        made = [recommended(programme, panel, mark), draft(None, panel, f"Texts {mark}", "A text")]
        made.append(draft(None, panel, f"Letters {mark}", "A letter"))
        voted_on(panel, made[2], residents, Step.LIKE)
        if more:
            answered(panel, made[2], mark)
            reword(None, panel, made[0], LONG, LONG * 5, LONG, was=1)
            made.append(draft(None, panel, LONG * 2, LONG * 9))
            voted_on(panel, made[-1], residents, Step.LOATHE)
            made.append(draft(None, panel, "Also calls", "Call us"))
            merge(None, panel, made[-1], made[0])
    of = [{"panel_id": panel, "recommendation_id": one} for one in made]
    changed = ("reword", "expect_of", "merge", "put")
    return {
        "facilitators.recommendations": [{"panel_id": panel}, {"panel_id": nobody}],
        "facilitators.draft_recommendation": [{"panel_id": panel}],
        "facilitators.recommendation": of,
        **{f"facilitators.{page}_recommendation": of[:1] for page in changed},
        "facilitators.rest_recommendation": of[:1],
        "facilitators.dissent_from_recommendation": of[:1],
        "public.recommendations": [{"panel_id": panel}, {"panel_id": nobody}],
        "officers.recommendations": [{"panel_id": panel}, {"panel_id": nobody}],
        "officers.answer_recommended": of[2:3],
        "public.recommendation": of,
    }
