"""An assembly of 24 over five events: drawn, learning, at tables, voting, answered; to its end."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from engagement.accounts.rules import Role
from engagement.ballots.queries import ballot_for
from engagement.ballots.rules import Vote
from engagement.ballots.voting import vote
from engagement.database.clock import day_of
from engagement.deliberation.evaluation import Reply, evaluate_as_member
from engagement.deliberation.plans import Oversight
from engagement.deliberation.rounds import rounds_of
from engagement.deliberation.rules import ITEMS, EvaluationPart
from engagement.deliberation.taking_part import answer_task, own_rounds
from engagement.methods.choice.consent import Step
from engagement.panels.queries import PanelRow, find_panel
from engagement.panels.rules import SeatState
from engagement.panels.seat_queries import SeatRow, seats_of
from engagement.sessions.queries import sessions_of
from tests.factories import Partnership, Resident
from tests.factories.panels import PLAN, draw_of, panel_of, pool_of, take_seats
from tests.factories.rounds import said
from tests.factories.sessions import begin
from tests.journeys.test_ballot_journeys import SECRET
from tests.journeys.visitor import NARROW, Open, Visitor

SIZE = 24
CALLS = "Whoever waits gets a call every four weeks."
TEXTS = "Nobody is called: everybody gets a text."


@dataclass(frozen=True)
class Assembly:
    """A panel in a partnership, as the journey goes on."""

    place: Partnership
    panel: str

    @property
    def row(self) -> PanelRow:
        """The panel."""
        found = find_panel(None, self.panel)
        assert found is not None
        return found

    def seated(self) -> list[SeatRow]:
        """Who has a seat now."""
        return [one for one in seats_of(self.row.id) if one.state is SeatState.ACCEPTED]

    def at(self, page: str) -> str:
        """A page of the panel for staff."""
        return f"facilitate/panels/{self.panel}/{page}"


@pytest.fixture
def assembly(place: Partnership) -> Assembly:
    """A panel of 24, drawn by lot from 60 who registered; everybody who was drawn said yes."""
    with place.inside():
        plan = replace(PLAN, size=SIZE)
        panel = panel_of(place.programme("Waiting well"), plan, published=True)
        pool_of(panel, 60)
        draw_of(panel, plan)
        take_seats(panel)
    return Assembly(place, panel)


def day(visitor: Visitor, days: int) -> None:
    """Enter the day so many days from now."""
    wanted = day_of(datetime.now(UTC)) + timedelta(days=days)
    for part in ("day", "month", "year"):
        visitor.enter(part.title(), str(getattr(wanted, part)))


def plan_events(desk: Visitor, assembly: Assembly) -> list[str]:
    """Five events from one form, every fortnight; their public ids."""
    desk.go(assembly.at("rounds"))
    desk.choose("An assembly of five events")
    desk.press("Plan the rounds")
    desk.is_told("The rounds are planned.")
    with assembly.place.inside():
        activity = assembly.row.activity_public_id
    desk.go(f"facilitate/activities/{activity}/sessions/new")
    desk.enter("Title", "Event")
    desk.enter("How many sessions?", "5")
    desk.enter("Days from one to the next", "14")
    day(desk, 7)
    desk.enter("It begins at", "10am")
    desk.enter("How long is it, in minutes?", "300")
    desk.choose("In person")
    desk.enter("Fee in pounds", "75")
    desk.press("Plan them")
    desk.is_told("5 sessions are planned.")
    with assembly.place.inside():
        return [one.public_id for one in sessions_of(assembly.row.activity_id)]


def open_round(desk: Visitor, assembly: Assembly, number: int, reason: str = "") -> str:
    """Open a round, and say why where something is missing; its public id."""
    with assembly.place.inside():
        public_id = rounds_of(assembly.row.id)[number].public_id
    desk.go(assembly.at(f"rounds/{public_id}/opening"))
    if reason:
        desk.press("Open it all the same")
        desk.sees_error("Enter why it opens all the same")
        desk.enter("Why does it open all the same?", reason)
        desk.press("Open it all the same")
    else:
        desk.press("Open the round")
    desk.is_told("The round is open.")
    return public_id


def close_round(desk: Visitor, assembly: Assembly, public_id: str) -> None:
    desk.go(assembly.at(f"rounds/{public_id}"))
    desk.press("Close the round")
    desk.is_told("The round is closed.")


def sign(desk: Visitor, assembly: Assembly) -> None:
    """The oversight group signs all that it must."""
    for part in Oversight:
        desk.go(assembly.at("oversight"))
        desk.page.get_by_label("What did the oversight group look at?").select_option(part.value)
        desk.enter("What does it say?", f"We looked at it: {part}.")
        desk.enter("Signed by (name and organisation)", "Ann Overseer, the university")
        desk.press("Put it on record")
        desk.is_told("It is on record")


def learn_from_home(desk: Visitor, ann: Visitor, assembly: Assembly, learn: str) -> None:
    """A member reads, answers before she sees others' words, and asks an expert, who answers."""
    desk.go(assembly.at(f"rounds/{learn}/papers"))
    desk.enter("Title", "Who waits, and for how long")
    desk.enter("Who made it?", "The council’s analysts, paid by the council")
    desk.enter("In plain words", "Half of those who wait do so for more than a year.")
    desk.press("Add the paper")
    desk.is_told("The paper is there.")
    with assembly.place.inside():
        for seat in assembly.seated()[1:7]:
            own = next(one for one in own_rounds(seat.resident_id) if one.row.public_id == learn)
            answer_task(own, own.row.tasks[0], seat.resident_id, said("I did not know that."))
        task = own.row.tasks[0].text
    ann.go("me/")
    ann.follow("Rounds")
    ann.follow("What we need to know")
    ann.sees("What we need to know")
    expect(ann.main).to_contain_text("Made by The council’s analysts")
    ann.follow(task)
    expect(ann.main).not_to_contain_text("I did not know that.")
    ann.press("Save your words")
    ann.sees_error("Write what you want to say")
    ann.enter("Your answer", "I waited three years, and nobody told me why.")
    ann.choose(
        "Yes, you may show my words to others, without my name. I have not named anybody else."
    )
    ann.press("Save your words")
    ann.is_told("Your words are saved as you wrote them.")
    expect(ann.main).to_contain_text("I did not know that.")
    ann.look()
    ann.go(f"me/rounds/{learn}/questions")
    ann.enter("Your question", "Why is there no list that everybody can see?")
    ann.press("Send your question")
    ann.is_told("Your question is sent.")
    desk.go(assembly.at(f"rounds/{learn}/questions"))
    desk.page.get_by_role("link", name=re.compile(r"^Answer it\s*: Why is there no list")).click()
    desk.enter("Answer", "There is one, for those who work there.")
    desk.enter("Who answers?", "Dr Jo Okoro, the Royal")
    desk.press("Answer in public")
    desk.is_told("The answer is there")
    ann.go(f"me/rounds/{learn}/questions")
    expect(ann.main).to_contain_text("There is one, for those who work there.")


def say_how_it_is(ann: Visitor, assembly: Assembly, part: EvaluationPart, mark: str) -> None:
    """Ann in her browser, and six others, say how it is to be on the panel."""
    ann.go(f"me/panels/{assembly.panel}/evaluation")
    for group in ann.main.get_by_role("group").all():
        group.get_by_label(mark, exact=True).check()
    ann.press("Save")
    ann.is_told("Thank you. It is saved.")
    with assembly.place.inside():
        for seat in assembly.seated()[1:7]:
            reply = Reply(dict.fromkeys(ITEMS[part], "3"))
            evaluate_as_member(assembly.row.id, part, seat.resident_id, reply)


def meet(desk: Visitor, scribe: Visitor, assembly: Assembly, event: str) -> None:
    """An event in the hall: tables for 23, one who comes late, and what a table agrees on."""
    with assembly.place.inside():
        begin(event)
    desk.go(f"facilitate/sessions/{event}/tables")
    desk.enter("How many tables?", "4")
    desk.enter("How many times do people sit down anew?", "3")
    desk.press("Plan the tables")
    desk.is_told("The tables are planned.")
    desk.press("Somebody is late or stays away")
    late = desk.main.get_by_role("checkbox").last
    late.uncheck()
    desk.press("Change the plan")
    desk.is_told("The plan is changed.")
    expect(desk.main).to_contain_text("Not there:")
    desk.press("Somebody is late or stays away")
    desk.enter("From which round on?", "2")
    desk.main.get_by_role("checkbox").last.check()
    desk.press("Change the plan")
    desk.is_told("The plan is changed.")
    desk.look()
    desk.go(f"facilitate/sessions/{event}/attendance")
    for box in desk.main.get_by_role("group").first.get_by_role("checkbox").all():
        box.check()
    desk.press("Save")
    desk.go(f"facilitate/sessions/{event}/scribes")
    desk.enter("For how many tables?", "4")
    desk.press("Make the codes")
    code = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", desk.main.inner_text())
    assert code
    scribe.go("scribe")
    scribe.enter("Code for this evening", code[0])
    scribe.press("Go to the table")
    scribe.main.get_by_label("In their own words").fill(CALLS)
    scribe.main.get_by_label("Wording that the table agrees on").check()
    scribe.main.get_by_role("button", name="Keep, and begin the next").click()
    scribe.main.get_by_role("button", name="Read out, and the table said yes").click()
    expect(scribe.main).to_contain_text("The table said yes")
    desk.go(f"facilitate/sessions/{event}/desk")
    desk.press("Close the desk")
    desk.sees("What you said tonight")


def replace_somebody(desk: Visitor, assembly: Assembly) -> str:
    """Somebody leaves, and the seat is drawn again among those who wait; who left, by reference."""
    with assembly.place.inside():
        leaving = assembly.seated()[-1]
    desk.go(assembly.at("seats"))
    desk.press(f"Leaves the panel {leaving.reference}")
    expect(desk.main).to_contain_text(f"{SIZE - 1} of {SIZE} seats are taken or offered.")
    with assembly.place.inside():
        draw_of(assembly.panel, replace(PLAN, size=SIZE))
        (drawn,) = (one for one in seats_of(assembly.row.id) if one.state is SeatState.OFFERED)
    desk.go(assembly.at("seats"))
    desk.press(f"Accepts {drawn.reference}")
    expect(desk.main).to_contain_text(f"{SIZE} of {SIZE} seats are taken or offered.")
    with assembly.place.inside():
        assert len(assembly.seated()) == SIZE
    return leaving.reference


def draft_both(desk: Visitor, assembly: Assembly) -> tuple[str, str]:
    """One recommendation from a table's words, with what is expected, and one of a single table."""
    desk.go(assembly.at("recommendations"))
    desk.page.get_by_role("link", name=re.compile("^Make a recommendation of it")).click()
    desk.enter("Short title", "A call every four weeks")
    desk.press("Write it down")
    calls = desk.page.url.rpartition("/")[2]
    desk.look()
    desk.follow("What the panel expects")
    desk.enter("What does the panel expect to happen?", "By spring.\nIn every language.")
    desk.press("Save")
    expect(desk.main).to_contain_text("In every language.")
    desk.go(assembly.at("recommendations/new"))
    desk.enter("Short title", "Texts instead of calls")
    desk.enter("What do they recommend?", TEXTS)
    desk.enter("Where does it come from? (optional)", "Table 2")
    desk.press("Write it down")
    return calls, desk.page.url.rpartition("/")[2]


def put(desk: Visitor, officer: Visitor, assembly: Assembly, made: str) -> tuple[str, list[str]]:
    """Put a recommendation to the vote, with the keys of two convenors; the ballot, the secrets."""
    desk.go(assembly.at(f"recommendations/{made}"))
    desk.follow("Put it to the vote")
    day(desk, 3)
    desk.press("Set the ballot up")
    ballot = desk.page.url.rpartition("/")[2]
    secrets = []
    for convenor in (desk, officer):
        convenor.go(f"facilitate/ballots/{ballot}/key")
        convenor.press("Make my key and show me the secret")
        found = SECRET.search(convenor.main.inner_text())
        assert found
        secrets.append(found[0])
    desk.go(f"facilitate/ballots/{ballot}")
    desk.press("Open it")
    desk.is_told("It is open.")
    return ballot, secrets


def on_paper(desk: Visitor, ballot: str, choice: str) -> None:
    """Three of the last on the roll vote on paper."""
    desk.go(f"facilitate/ballots/{ballot}/paper")
    boxes = desk.main.get_by_role("checkbox")
    for number in range(3):
        boxes.nth(SIZE - 1 - number).check()
    desk.press("Make the slips")
    desk.sees("Slips to print")
    codes = desk.main.locator(".app-slip code").all_inner_texts()
    assert len(codes) == 3
    for code in codes:
        desk.go(f"facilitate/ballots/{ballot}/slip")
        desk.enter("Code of the slip", code)
        desk.choose(choice)
        desk.press("Seal it")
        desk.is_told("The slip is sealed and in.")


def vote_all(ann: Visitor, assembly: Assembly, ballot: str, own: str, others: Step) -> int:
    """Ann votes in her browser and all others who are not on paper vote too; how many do not."""
    ann.go(f"me/votes/{ballot}")
    ann.choose(own)
    ann.enter("Why? (optional)", "Because I waited.")
    ann.press("Vote")
    ann.is_told("We have received your vote.")
    paper = 0
    with assembly.place.inside():
        for seat in assembly.seated()[1:]:
            found = ballot_for(ballot, seat.resident_id)
            assert found is not None
            if found[1].on_paper:
                paper += 1
            else:
                vote(ballot, seat.resident_id, Vote(others))
    return paper


def count(desk: Visitor, ballot: str, secrets: list[str]) -> None:
    desk.go(f"facilitate/ballots/{ballot}")
    desk.press("End it now")
    desk.press("Count it")
    desk.enter("A convenor’s secret", secrets[0])
    desk.enter("The other convenor’s secret", secrets[1])
    desk.press("Open the votes and count")
    desk.is_told("It is counted.")
    expect(desk.main).to_contain_text(f"{SIZE} votes and 0 abstentions, of {SIZE} members")


def answer(officer: Visitor, assembly: Assembly, made: str) -> None:
    """An officer names who must answer what was agreed, and by when."""
    officer.go(f"plan/panels/{assembly.panel}/recommendations")
    expect(officer.main).not_to_contain_text("Texts instead of calls")
    officer.press("Say who answers, or answer")
    officer.press("Save")
    officer.sees_error("Enter which service or board must answer it")
    officer.enter("Who must answer it?", "The planned care board")
    day(officer, 60)
    officer.choose("Not answered yet")
    officer.press("Save")
    officer.is_told("everyone can read it")
    assert made


def test_an_assembly_of_24_over_five_events(open_browser: Open, assembly: Assembly) -> None:
    place = assembly.place
    desk = open_browser().be(place.staff(Role.FACILITATOR))
    officer = open_browser().be(place.staff(Role.OFFICER))
    phone = {"viewport": {"width": NARROW, "height": 640}}
    with place.inside():
        first = assembly.seated()[0]
    ann = open_browser(**phone).be(Resident(first.resident_id, ""))
    scribe = open_browser(**phone)

    events = plan_events(desk, assembly)
    assert len(events) == 5
    sign(desk, assembly)
    learn = open_round(desk, assembly, 0)
    say_how_it_is(ann, assembly, EvaluationPart.BEFORE, "Disagree")
    learn_from_home(desk, ann, assembly, learn)
    meet(desk, scribe, assembly, events[0])
    close_round(desk, assembly, learn)

    why = "The expert was ill, and answers by letter next week."
    explore = open_round(desk, assembly, 1, why)
    anyone = open_browser(scripts=False)
    anyone.go(f"panels/{assembly.panel}/rounds")
    expect(anyone.main).to_contain_text(f"Why: {why}")
    replace_somebody(desk, assembly)
    close_round(desk, assembly, explore)
    for number in (2, 3):
        close_round(desk, assembly, open_round(desk, assembly, number, "Its words come later."))
    decide = open_round(desk, assembly, 4, "Its words come later.")

    calls, texts = draft_both(desk, assembly)
    agreed, secrets = put(desk, officer, assembly, calls)
    on_paper(desk, agreed, "Like it")
    assert vote_all(ann, assembly, agreed, "Love it", Step.LIVE_WITH) == 3
    count(desk, agreed, secrets)
    desk.go(assembly.at(f"recommendations/{calls}"))
    expect(desk.main).to_contain_text("Nobody can change them any more.")
    failed, secrets = put(desk, officer, assembly, texts)
    on_paper(desk, failed, "Lament it")
    assert vote_all(ann, assembly, failed, "Love it", Step.LOATHE) == 3
    count(desk, failed, secrets)
    desk.go(assembly.at(f"recommendations/{calls}"))
    desk.follow("A minority statement")
    desk.enter("What do those who do not agree say?", "Some of us would rather have letters.")
    desk.press("Put it beside it")
    answer(officer, assembly, calls)
    say_how_it_is(ann, assembly, EvaluationPart.AFTER, "Agree")
    close_round(desk, assembly, decide)

    anyone.go(f"panels/{assembly.panel}/recommendations")
    expect(anyone.main).to_contain_text("Agreed")
    expect(anyone.main).to_contain_text("Not agreed")
    anyone.follow("A call every four weeks")
    for words in (
        CALLS,
        "Passed",
        "100%",
        "letters",
        "The planned care board",
        "In every language",
    ):
        expect(anyone.main).to_contain_text(words)
    anyone.look()
    anyone.go(f"panels/{assembly.panel}/recommendations/{texts}")
    expect(anyone.main).to_contain_text("Not passed")
    anyone.go(f"panels/{assembly.panel}/evaluation")
    expect(anyone.main).to_contain_text("Members, after")
    anyone.look()
    ann.go(f"me/votes/{failed}")
    expect(ann.main).to_contain_text("Not passed")
