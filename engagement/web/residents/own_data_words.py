"""The words for what is held about somebody: each table as a part of the page, its columns beside.

What is not named here is a key, a code, or says the same again; a test watches over it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from engagement.people.rules import ContactBy
from engagement.surveys.rules import PREFER_NOT
from engagement.web.evaluation_words import PART_TEXT
from engagement.web.words import (
    DECIDED_TEXT,
    PAID_BY_TEXT,
    ROUTE_TEXT,
    SEAT_STATE_TEXT,
    STANCE_TEXT,
    STATE_TEXT,
    TOPIC_TEXT,
)

# Instead of a column: what a row is about, and an answer with its question.
ABOUT, QUESTION, ANSWER = "*about", "*question", "*answer"


@dataclass(frozen=True)
class Words:
    """How a table is told: its heading, and the columns that are shown with theirs.

    ``once``: there is one row at most, shown as names with values.
    """

    title: Any
    columns: Mapping[str, Any] = field(default_factory=dict)
    once: bool = False


CONTACT_TEXT = {
    ContactBy.POST: _l("By post"),
    ContactBy.PHONE: _l("By telephone"),
    ContactBy.EMAIL: _l("By e-mail"),
    ContactBy.NOBODY: _l("Do not contact me"),
}
# The words for what a column stores, where it stores one of a few.
VALUES: Mapping[str, Mapping[Any, Any]] = {
    "contact_by": CONTACT_TEXT,
    "route": ROUTE_TEXT,
    "decided_by": ROUTE_TEXT,
    "pay_by": PAID_BY_TEXT,
    "topic": TOPIC_TEXT,
    "seat.state": SEAT_STATE_TEXT,
    "moderation_decision.kind": DECIDED_TEXT,
    "contribution.state": STATE_TEXT,
    "evaluation.part": PART_TEXT,
    "survey_answer.value": {PREFER_NOT: _l("Prefer not to say")},
    "vote.value": {stance.value_kept: text for stance, text in STANCE_TEXT.items()},
}
_PANEL, _GIVEN, _ENDED = _l("Panel"), _l("Given"), _l("Ended")

WORDS: Mapping[str, Words] = {
    "resident": Words(
        _l("Your name and contact details"),
        {
            "name": _l("Name"),
            "contact_by": _l("How we may contact you"),
            "email": _l("E-mail address"),
            "phone": _l("Telephone number"),
            "address": _l("Address"),
            "created_at": _l("Here since"),
            "last_active_at": _l("Last here"),
        },
        once=True,
    ),
    "profile_answer": Words(
        _l("Your answers"),
        {QUESTION: _l("Question"), ANSWER: _l("Answer"), "answered_at": _l("Answered")},
    ),
    "registration": Words(
        _l("Your name on the list"),
        {
            ABOUT: _PANEL,
            "reference": _l("Reference"),
            "route": _l("How you did it"),
            "begun_at": _l("Begun"),
            "sent_at": _l("Sent"),
            "withdrawn_at": _l("Taken back"),
        },
    ),
    "registration_answer": Words(
        _l("What you answered for panels"),
        {
            ABOUT: _PANEL,
            QUESTION: _l("Question"),
            ANSWER: _l("Answer"),
            "answered_at": _l("Answered"),
        },
    ),
    "support_need": Words(
        _l("What would help you take part"),
        {ABOUT: _PANEL, "needs": _l("What you told us"), "told_at": _l("Told")},
    ),
    "draw_chance": Words(
        _l("Your chance in draws"),
        {ABOUT: _PANEL, "chance": _l("Chance"), "kept_at": _l("Worked out")},
    ),
    "seat": Words(
        _l("Your seat"),
        {
            ABOUT: _PANEL,
            "state": _l("Seat"),
            "offered_at": _l("Offered"),
            "deadline_at": _l("To be answered by"),
            "decided_at": _l("Answered"),
            "pay_by": _l("Payment"),
        },
    ),
    "recommendation_source": Words(
        _l("Recommendations that rest on what you said"), {ABOUT: _PANEL}
    ),
    "ballot_voter": Words(
        _l("Votes of a panel that you may take part in"),
        {ABOUT: _l("Question"), "on_paper": _l("By paper"), "has_voted": _l("Voted")},
    ),
    "ballot_envelope": Words(
        _l("Your sealed vote, which nobody can read"),
        {ABOUT: _l("Question"), "created_at": _l("First voted")},
    ),
    "straw_vote": Words(
        _l("Your votes in straw polls"),
        {ABOUT: _l("Question"), "choice": _l("Vote"), "created_at": _l("First voted")},
    ),
    "attendance": Words(
        _l("Sessions you came to"),
        {
            ABOUT: _l("Session"),
            "pence": _l("Payment"),
            "pay_by": _l("Paid by"),
            "reference": _l("Reference"),
            "paid_at": _l("Paid"),
        },
    ),
    "session_helper": Words(
        _l("Who comes to sessions with you, or for you"),
        {ABOUT: _l("Session"), "kind": _l("Who comes"), "words": _l("Details")},
    ),
    "session_question": Words(
        _l("Questions that you sent to sessions"),
        {ABOUT: _l("Session"), "answer": _l("Answer"), "answered_by": _l("Answered by")},
    ),
    "round_question": Words(
        _l("Questions that you asked the experts of a panel"),
        {ABOUT: _l("Round"), "answer": _l("Answer"), "answered_by": _l("Answered by")},
    ),
    "round_answer": Words(
        _l("Tasks of a panel that you answered"),
        {ABOUT: _l("Task"), "pseudonym": _l("Others read it as")},
    ),
    "evaluation": Words(
        _l("What you said of being on a panel"),
        {
            ABOUT: _PANEL,
            "part": _l("When"),
            "marks": _l("Your answers"),
            "words": _l("In your words"),
            "signed_as": _l("Signed by"),
            "created_at": _l("Given"),
        },
    ),
    "table_seat": Words(
        _l("At which tables you sat"),
        {ABOUT: _l("Session"), "round": _l("Round"), "table_number": _l("Table")},
    ),
    "table_pin_seat": Words(
        _l("Sessions at which you sit together with others, or apart"), {ABOUT: _l("Session")}
    ),
    "member": Words(
        _l("Your membership"),
        {
            ABOUT: _PANEL,
            "state": _l("You are"),
            "most_a_month": _l("Asked at most, times a month"),
            "paused_until": _l("Not asked until"),
            "joined_at": _l("Since"),
            "left_at": _l("Left"),
        },
    ),
    "member_interest": Words(
        _l("What you want to be asked about"),
        {ABOUT: _PANEL, "topic": _l("Topic"), "told_at": _l("Told")},
    ),
    "member_role": Words(
        _l("What you do for other members"),
        {ABOUT: _PANEL, "role": _l("Role"), "given_at": _GIVEN},
    ),
    "lottery_member": Words(
        _l("Lotteries that drew you"),
        {ABOUT: _l("Lottery"), "probability": _l("Your chance"), "kept_at": _l("Drawn")},
    ),
    "member_contact": Words(
        _l("When we asked you"),
        {
            ABOUT: _l("What we asked"),
            "contact_by": _l("How"),
            "contacted_at": _l("When"),
        },
    ),
    "contribution": Words(
        _l("Your words"),
        {
            "prompt": _l("Question"),
            "text": _l("What you said"),
            "translation": _l("What it means in English"),
            "place_name": _l("Place"),
            "said_on": _l("Said"),
            "may_quote": _l("May we show your words?"),
            "state": _l("Where it stands"),
        },
    ),
    "vote": Words(
        _l("What you agreed and disagreed with"),
        {ABOUT: _l("Conversation"), "value": _l("Your answer"), "given_at": _GIVEN},
    ),
    "statement": Words(
        _l("Statements of yours that others voted on"),
        {ABOUT: _l("Conversation"), "number": _l("Number"), "created_at": _GIVEN},
    ),
    "survey_response": Words(
        _l("Surveys that you answered"),
        {ABOUT: _l("Survey"), "begun_at": _l("Begun"), "sent_at": _l("Sent")},
    ),
    "survey_answer": Words(
        _l("What you answered in surveys"),
        {ABOUT: _l("Question"), "value": _l("Your answer"), "answered_at": _GIVEN},
    ),
    "map_place": Words(
        _l("Your group on the map of a conversation"),
        {ABOUT: _l("Conversation"), "opinion_group": _l("Group, from 0"), "placed_at": _l("Made")},
    ),
    "moderation_decision": Words(
        _l("What was decided about your words"),
        {
            ABOUT: _l("Programme"),
            "kind": _l("Decision"),
            "reason": _l("Why"),
            "decided_at": _l("When"),
        },
    ),
    "taken_down": Words(
        _l("What somebody here wrote down for you"),
        {
            ABOUT: _l("Programme"),
            "people": _l("How many of you said it"),
            "interpreted": _l("Whether somebody interpreted"),
            "created_at": _l("When"),
        },
    ),
    "appeal": Words(
        _l("Where you disagreed with that"),
        {
            ABOUT: _l("Programme"),
            "words": _l("What you wrote"),
            "answer": _l("Our answer"),
            "created_at": _l("Sent"),
        },
    ),
    "safeguarding_note": Words(
        _l("Notes of those who keep people safe. Ask us, and somebody reads them with you"),
        {ABOUT: _l("Programme"), "created_at": _l("Written")},
    ),
    "participant": Words(
        _l("The random numbers that you have instead of a name"),
        {ABOUT: _l("Programme"), "public_id": _l("Random number")},
    ),
    "participant_link": Words(
        _l("What ties those numbers to you"), {"linked_at": _l("Tied together")}
    ),
    "point": Words(_l("Passages of your words that were counted under a theme")),
    "letter_code": Words(
        _l("The code of your letter"),
        {"code_hash": _l("Code"), "issued_at": _l("Made"), "expires_at": _l("Works until")},
    ),
    "invitation": Words(
        _l("Your letter"),
        {
            ABOUT: _PANEL,
            "address": _l("Address that it went to"),
            "strata": _l("What the address was drawn by"),
            "probability": _l("Its chance to be drawn"),
            "state": _l("Letter"),
        },
    ),
    "member_code": Words(
        _l("A code of your own"),
        {
            "code_hash": _l("Code"),
            "issued_at": _l("Made"),
            "expires_at": _l("Works until"),
            "revoked_at": _l("Stopped"),
        },
    ),
    "token": Words(
        _l("Links by e-mail to come in"),
        {"created_at": _l("Made"), "expires_at": _l("Works until"), "used_at": _l("Used")},
    ),
    "sign_in_session": Words(
        _l("When you were here"),
        {"started_at": _l("Came in"), "last_seen_at": _l("Last seen"), "ended_at": _ENDED},
    ),
    "interrupted_form": Words(
        _l("What you typed when your time ran out"),
        {"path": _l("Page"), "fields": _l("What you typed"), "kept_at": _l("Kept")},
    ),
    "message": Words(
        _l("Messages to you"),
        {
            "recipient": _l("To"),
            "recipient_name": _l("Name"),
            "subject": _l("Subject"),
            "text": _l("Words"),
            "created_at": _l("Written"),
            "sent_at": _l("Sent"),
        },
    ),
    "audit_seal": Words(
        _l("Words in our records"), {"words": _l("Words"), "created_at": _l("Written")}
    ),
}


@dataclass(frozen=True)
class Part:
    """A part of the page: its heading, the tables in it, and where one can correct them.

    ``folded``: what few want to read is there and closed.
    """

    title: Any
    tables: tuple[str, ...]
    endpoint: str = ""
    link: Any = ""
    folded: bool = False


PARTS = (
    Part(
        _l("How to reach you"), ("resident",), "residents.contact", _l("Change how to contact you")
    ),
    Part(
        _l("About you"),
        ("profile_answer",),
        "residents.about",
        _l("Change or delete answers about you"),
    ),
    Part(
        _l("Panels"),
        (
            *("registration", "registration_answer", "support_need", "draw_chance", "seat"),
            *(
                "attendance",
                "session_helper",
                "table_seat",
                "table_pin_seat",
                "member",
                "member_interest",
                "member_role",
                "lottery_member",
            ),
            *("member_contact", "ballot_voter", "ballot_envelope", "straw_vote"),
        ),
    ),
    Part(
        _l("What you said"),
        (
            *("contribution", "moderation_decision", "appeal", "safeguarding_note", "taken_down"),
            *(
                "session_question",
                "round_question",
                "round_answer",
                "evaluation",
                "recommendation_source",
                "statement",
                "vote",
                "map_place",
                "survey_response",
                "survey_answer",
            ),
        ),
        "residents.said",
        _l("Read again or take back what you said"),
    ),
    Part(
        _l("Your letter, your codes, and when you were here"),
        (
            *("invitation", "letter_code", "member_code", "token", "sign_in_session"),
            "interrupted_form",
        ),
        folded=True,
    ),
    Part(
        _l("Messages to you, and what we keep in the background"),
        ("message", "participant", "participant_link", "point", "audit_seal"),
        folded=True,
    ),
)
