"""The words of the interface for what the rules only name."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from engagement.contributions.rules import Channel, Decided, Speaker, State
from engagement.conversations.rules import Stance
from engagement.insight.funnel import Stage
from engagement.methods.disclosure.identifiers import Kind
from engagement.panels.rules import (
    AuditFinding,
    DrawState,
    MakeupMoment,
    PanelState,
    PayBy,
    Quota,
    Recruitment,
    Route,
    SeatState,
)
from engagement.programmes.rules import ActivityKind, Status, Topic
from engagement.prompts.rules import WordingFormat
from engagement.strategy.rules import Answer, Relation

TOPIC_TEXT = {
    Topic.GETTING_CARE: _l("Getting care"),
    Topic.WAITING: _l("Waiting for care"),
    Topic.MENTAL_HEALTH: _l("Mental health"),
    Topic.CHILDREN: _l("Children and young people"),
    Topic.OLDER: _l("Growing older"),
    Topic.LONG_TERM: _l("Living with a long-term condition"),
    Topic.CARERS: _l("Carers and families"),
    Topic.PREVENTION: _l("Staying well"),
    Topic.INEQUALITIES: _l("Fairness"),
    Topic.SOCIAL_CARE: _l("Social care"),
    Topic.DIGITAL: _l("Records and digital services"),
    Topic.OTHER: _l("Something else"),
}
STATUS_TEXT = {
    Status.DRAFT: _l("Not published"),
    Status.COMING: _l("Coming soon"),
    Status.OPEN: _l("Open"),
    Status.CLOSED: _l("Closed"),
}
STATUS_COLOUR = {
    Status.DRAFT: "grey",
    Status.COMING: "yellow",
    Status.OPEN: "green",
    Status.CLOSED: "blue",
}
KIND_TEXT = {
    ActivityKind.CITIZENS_PANEL: _l("Citizens’ panel"),
    ActivityKind.COMMUNITY_PANEL: _l("Community panel"),
    ActivityKind.OPEN_CONVERSATION: _l("Open conversation"),
    ActivityKind.SURVEY_WAVE: _l("Survey"),
    ActivityKind.SESSION_SERIES: _l("Series of sessions"),
    ActivityKind.DRAFT_CONSULTATION: _l("Comments on a draft"),
    ActivityKind.DIARY: _l("Diary"),
}
CHANNEL_TEXT = {
    Channel.ONLINE: _l("Online"),
    Channel.PAPER: _l("On paper"),
    Channel.PHONE: _l("By telephone"),
    Channel.FACE_TO_FACE: _l("Face to face"),
    Channel.IMPORTED: _l("From another collection"),
}
SPEAKER_TEXT = {
    Speaker.RESIDENT: _l("Resident"),
    Speaker.CARER: _l("Carer"),
    Speaker.PROFESSIONAL: _l("Works in health or care"),
    Speaker.ELECTED: _l("Councillor or MP"),
    Speaker.ORGANISATION: _l("Organisation"),
    Speaker.CAMPAIGN: _l("Petition or campaign"),
}
STANCE_TEXT = {
    Stance.AGREE: _l("Agree"),
    Stance.DISAGREE: _l("Disagree"),
    Stance.PASS: _l("Pass"),
}
STATE_TEXT = {
    State.PUBLISHED: _l("Published"),
    State.HELD: _l("Held back"),
    State.WITHDRAWN: _l("Taken out"),
    State.REDACTED: _l("Published in part"),
}
DECIDED_TEXT = {
    Decided.PUBLISH: _l("Published"),
    Decided.HOLD: _l("Held back"),
    Decided.REDACT: _l("Published, with passages taken out"),
    Decided.WITHDRAW: _l("Taken out of everything"),
}
IDENTIFIER_TEXT = {
    Kind.NAME: _l("Name"),
    Kind.PHONE: _l("Telephone number"),
    Kind.EMAIL: _l("E-mail address"),
    Kind.POSTCODE: _l("Postcode"),
    Kind.NHS_NUMBER: _l("NHS number"),
    Kind.ADDRESS: _l("Address"),
}
WORDING_TEXT = {
    WordingFormat.TRANSLATION: _l("Translation"),
    WordingFormat.EASY_READ: _l("Easy read"),
    WordingFormat.LARGE_PRINT: _l("Large print"),
    WordingFormat.BSL: _l("British Sign Language"),
}
RELATION_TEXT = {
    Relation.ADOPTS: _l("takes it up"),
    Relation.ADOPTS_IN_PART: _l("takes it up in part"),
    Relation.MENTIONS: _l("mentions it"),
    Relation.CONTRADICTS: _l("goes against it"),
}
# Above a form that somebody else was quicker with.
CHANGED = _l(
    "Somebody else changed it while you had this page open, so nothing of yours is saved yet. Below"
    " is what you wrote. Look at what stands now, then save again or go back."
)
ANSWER_TEXT = {
    Answer.ACCEPTED: _l("Accepted"),
    Answer.IN_PART: _l("Accepted in part"),
    Answer.DECLINED: _l("Declined"),
}
ANSWER_COLOUR = {
    Answer.ACCEPTED: "green",
    Answer.IN_PART: "yellow",
    Answer.DECLINED: "red",
}
# Wherever a panel of volunteers is named these words stand with it: it represents nobody.
RECRUITMENT_TEXT = {
    Recruitment.RANDOM: _l("Drawn by lot"),
    Recruitment.VOLUNTEER: _l("Volunteers, not drawn by lot"),
}
VOLUNTEERS_DRAWN_TEXT = _l("Volunteers, then a lottery")  # of a community panel, open to all
PANEL_STATE_TEXT = {
    PanelState.PLANNED: _l("Being planned"),
    PanelState.OPEN: _l("Registration is open"),
    PanelState.CLOSED: _l("Registration is closed"),
}
PANEL_STATE_COLOUR = {
    PanelState.PLANNED: "grey",
    PanelState.OPEN: "green",
    PanelState.CLOSED: "blue",
}
QUOTA_TEXT = {
    Quota.SHORT: _l("At risk: too few for the least"),
    Quota.THIN: _l("At risk: fewer than 3 for each seat"),
    Quota.ENOUGH: _l("Enough"),
}
QUOTA_COLOUR = {Quota.SHORT: "red", Quota.THIN: "yellow", Quota.ENOUGH: "green"}
ROUTE_TEXT = {
    Route.ONLINE: _l("Online"),
    Route.PHONE: _l("By telephone"),
    Route.IN_PERSON: _l("In person"),
}
# What a panel cannot be opened without.
LACK_TEXT = {
    "a remit": _l("a remit"),
    "an organisation that convenes it": _l("an organisation that convenes it"),
    "another that convenes it together with the first": _l(
        "another organisation that convenes it together with the one that leads"
    ),
}


DRAW_STATE_TEXT = {
    DrawState.PREPARING: _l("Being worked out"),
    DrawState.FAILED: _l("Could not be worked out"),
    DrawState.READY: _l("Ready to be published"),
    DrawState.COMMITTED: _l("Published, waiting for the seed"),
    DrawState.DRAWN: _l("Drawn"),
    DrawState.VOID: _l("Given up"),
}
DRAW_STATE_COLOUR = {
    DrawState.PREPARING: "grey",
    DrawState.FAILED: "red",
    DrawState.READY: "yellow",
    DrawState.COMMITTED: "blue",
    DrawState.DRAWN: "green",
    DrawState.VOID: "grey",
}
SEAT_STATE_TEXT = {
    SeatState.OFFERED: _l("Offered"),
    SeatState.ACCEPTED: _l("Accepted"),
    SeatState.DECLINED: _l("Declined"),
    SeatState.LAPSED: _l("Not answered in time"),
    SeatState.LEFT: _l("Left the panel"),
}
PAY_BY_TEXT = {
    PayBy.VOUCHER: _l("By voucher"),
    PayBy.FINANCE: _l("Through the finance team"),
    PayBy.NOTHING: _l("Not at all: I do not want to be paid"),
}
# The same about somebody else, in a table.
PAID_BY_TEXT = {
    PayBy.VOUCHER: _l("Voucher"),
    PayBy.FINANCE: _l("Finance team"),
    PayBy.NOTHING: _l("Wants no payment"),
}
AUDIT_FINDING_TEXT = {
    AuditFinding.SOUND: _l("Everything was as published"),
    AuditFinding.FAULTY: _l("Something was not as published"),
}
MAKEUP_MOMENT_TEXT = {
    MakeupMoment.CONFIRMED: _l("when it was confirmed"),
    MakeupMoment.ENDED: _l("when it ended"),
}
STAGE_TEXT = {
    Stage.INVITED: _l("Letters sent"),
    Stage.REGISTERED: _l("Registered"),
    Stage.DRAWN: _l("Drawn"),
    Stage.CONFIRMED: _l("Took a seat"),
    Stage.ATTENDED: _l("Came to a session"),
}
