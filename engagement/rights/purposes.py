"""What each table with something personal is for, and about whom: the words of the record of
processing. A table without words fails a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Whose(StrEnum):
    """About whom a table is."""

    RESIDENTS = "residents"
    STAFF = "staff"
    BOTH = "residents and staff"


@dataclass(frozen=True)
class Purpose:
    """What a table is for, who may see what is in it, and about whom it is."""

    text: str
    seen_by: str
    whose: Whose = Whose.RESIDENTS


_NOBODY = "nobody: only a hash is kept"
_HELPERS = "the person; facilitators and phone operators of the partnership"
_PANEL = "the person; those who prepare the panel"

PURPOSES: Mapping[str, Purpose] = {
    "attendance": Purpose(
        "Note who came to a session of a panel, and pay them", "those who prepare the panel"
    ),
    "session_helper": Purpose(
        "Book interpreters and supporters for members of a panel",
        "the person; those who prepare the session",
    ),
    "session_leader": Purpose(
        "Show how often leaders of organisations meet residents",
        "everyone: leaders act in public",
        Whose.STAFF,
    ),
    "table_note": Purpose(
        "Keep what a table said, in its words and without names; it then becomes a contribution",
        "staff of the programme; the scribe of the table for an evening; everyone, as a"
        " contribution",
    ),
    "audit_seal": Purpose(
        "Keep the words behind a record for as long as somebody may have to answer for it",
        "administrators",
        Whose.BOTH,
    ),
    "oversight_signature": Purpose(
        "Show who looked at remit, evidence and witnesses before a panel began",
        "everyone: it is signed in public",
        Whose.STAFF,
    ),
    "ballot_voter": Purpose(
        "Let each member vote once, and count how many did",
        "the person; those who prepare the panel",
    ),
    "ballot_envelope": Purpose(
        "Keep a vote sealed until the tally, when it is counted and deleted",
        "nobody: only two convenors together can open it, all at once and in no order",
    ),
    "ballot_reason": Purpose(
        "Say why members of a panel voted as they did, without a name",
        "those who prepare the panel; everyone, once it was read",
    ),
    "straw_vote": Purpose(
        "Show a panel how many lean which way, before anything is decided; deleted once counted",
        "nobody: counts alone are shown",
    ),
    "contribution": Purpose(
        "Hear what people say about a programme, and show what came of it",
        "staff of the programme; everyone, where the person agreed to be quoted",
    ),
    "vote": Purpose(
        "Count how many agree with what others say, and find what unites and what divides them",
        "the person; everyone sees counts alone",
    ),
    "survey_answer": Purpose(
        "Count what people answer to the questions of a survey, and what changed since the last",
        "the person; everyone sees counts alone",
    ),
    "evaluation": Purpose(
        "Tell how good a deliberation was, as those say who took part, organised or observed it",
        "the person; everyone sees counts from five replies on, and what observers sign",
    ),
    "paper_entry": Purpose(
        "Type each form on paper twice, so that no word is taken wrongly; deleted once both agree",
        "facilitators and officers of the programme",
    ),
    "map_place": Purpose(
        "Show each statement to people of every group of opinion, so that all are asked",
        "nobody: it chooses what somebody is shown next",
    ),
    "appeal": Purpose(
        "Hear why somebody disagrees with what was done with their words, and answer",
        "the person; moderators of the programme",
    ),
    "safeguarding_note": Purpose(
        "Note what was done to keep somebody safe who may be at risk", "safeguarding leads"
    ),
    "draw_audit": Purpose(
        "Let a named auditor sign what they found in a draw", "everyone", Whose.STAFF
    ),
    "draw_chance": Purpose("Tell a registrant the chance that they had in a draw", "the person"),
    "interrupted_form": Purpose(
        "Give back what somebody typed when their session ended", "the person", Whose.BOTH
    ),
    "invitation": Purpose(
        "Send a letter, and a reminder, to an address that was drawn by lot",
        "those who prepare the panel",
    ),
    "letter_code": Purpose("Let a household in that got a letter", _NOBODY),
    "lottery_member": Purpose(
        "Show whom a lottery among members drew, and with what chance", _PANEL
    ),
    "member": Purpose("Keep a standing panel, and leave alone who wants to pause", _PANEL),
    "member_contact": Purpose("Ask members no more often than they chose", _PANEL),
    "member_interest": Purpose("Ask members about what they care about", _PANEL),
    "member_code": Purpose("Let a person in without a password", _NOBODY),
    "message": Purpose("Send a message, and see whether it arrived", "administrators", Whose.BOTH),
    "participant_link": Purpose(
        "Show people what they said while signed in, and let them take it back", "the person"
    ),
    "profile_answer": Purpose("See who is taking part, and who is not", "the person"),
    "registration": Purpose("Put somebody's name forward for a panel", _PANEL),
    "registration_answer": Purpose(
        "Put together a panel of all kinds of people",
        f"{_PANEL}; a named auditor, without names",
    ),
    "resident": Purpose("Reach people in the way that they chose", _HELPERS),
    "sign_in_session": Purpose("Keep somebody signed in", _NOBODY, Whose.BOTH),
    "staff": Purpose(
        "Let staff sign in, and tell who changed what", "administrators; colleagues", Whose.STAFF
    ),
    "support_need": Purpose(
        "Give people the help that they need to take part", "those who prepare the sessions"
    ),
    "token": Purpose("Let somebody in by a link that works once", _NOBODY, Whose.BOTH),
}
