"""The demonstration's programme: a whole chain from comments to answers, all invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from engagement.cli.demonstration_conversation import load_conversation
from engagement.contributions.importing import import_file, put_file
from engagement.contributions.rules import Channel
from engagement.contributions.table import Part, Reading
from engagement.database import clock
from engagement.documents.sheets import write_csv
from engagement.insight import service as insight
from engagement.insight.queries import list_themes
from engagement.insight.service import PriorityPlan
from engagement.jobs.find_themes import THEMES
from engagement.partnerships.rules import OrganisationKind
from engagement.partnerships.service import add_organisation
from engagement.programmes import service as programmes
from engagement.programmes.queries import find_programme
from engagement.programmes.rules import ActivityKind, Remit, Taking, Topic
from engagement.programmes.service import ActivityPlan
from engagement.runs import service as runs
from engagement.strategy import service as strategy
from engagement.strategy.queries import paragraphs_of_programme
from engagement.strategy.rules import Answer, Relation
from engagement.strategy.service import Reply

NAME = "Waiting well"
WORKER = "demonstration"
QUESTION = "What would make waiting for hospital care easier to live with?"
COMMENTS = """
I rang four times and nobody could tell me where I was on the list.
Nobody tells you anything. You ring the hospital and they say they do not know.
A text every month to say I am still on the list would be enough for me.
I did not know if I had been forgotten. Not knowing is worse than the wait.
The hospital could not tell me how long the list was, and neither could my doctor.
Please just tell people what is happening. I had heard nothing for eleven months.
My mother was told she was on the list and then nobody told her anything again.
I only found out that I was on the wrong list when I rang for the fifth time.
When you ring you wait forty minutes and then nobody knows where you are on the list.
A letter that says how long the wait is now would stop me ringing every week.
I want somebody I can ring who knows my name and knows where I am on the list.
They told my neighbour by text and they told me nothing.
The pain keeps me awake and the tablets do nothing any more.
I am in pain every day and my doctor will only give me stronger tablets.
Nobody asked how bad the pain was while I waited. It got much worse.
I could have done exercises for the pain if somebody had shown me.
My knee got so much worse that I cannot climb the stairs at home now.
The pain clinic would have helped but there was another wait for that.
Somebody should check on people while they wait. My hip got worse and nobody knew.
I take tablets for the pain and they make me sick, so I cannot work.
A physiotherapist on the telephone showed me exercises and the pain got better.
It is two buses to the hospital and the last bus home is at six.
The taxi to the hospital costs me forty pounds there and back.
I cannot drive with my eyes, and there is no bus from our village to the hospital.
Parking at the hospital is dear and you can never find a space.
They gave me an appointment at half past eight and the first bus comes at nine.
Could the clinic not come to the health centre once a month? The bus goes there.
My son takes a day off to drive me to the hospital for ten minutes.
Hospital transport never came and I missed the appointment.
The appointment letter came two days after the appointment.
They changed my appointment three times and each letter had another date.
I got a letter with an appointment in a hospital that I had never heard of.
They cancelled my operation on the morning, when I was already in the gown.
You cannot change an appointment by telephone, you have to write a letter.
The letter was in such small print that my neighbour had to read it to me.
I was taken off the list because a letter went to my old address.
A reminder by text the day before the appointment would help me a lot.
I look after my husband and nobody asked who would do it while I am in hospital.
My wife waits for her operation and I do everything at home now. I am worn out.
I lost my job because I could not say when the operation would be.
My boss wanted a date for the operation and nobody could give me one.
As a carer I need to know weeks before, so that somebody can sit with my mum.
The nurse at the clinic was so kind and explained everything to me.
Everybody was kind and I cannot fault the staff at all.
The staff do their best. The nurses were lovely and took their time.
When I was seen at last the surgeon was kind and explained it all.
The receptionist was kind and found me an earlier day.
I do not mind waiting when somebody explains why others go first.
I think the wait is fair. Others are worse than me, and I can wait.
Waiting is fine for me as long as I am told the truth about how long.
I use the app and it shows my appointment, but not the list.
Not everybody has the internet. Write to us or ring us.
My English is not good and the letter does not say how to ask for an interpreter.
They sent the form in English only and my daughter had to fill it in.
Deaf people cannot ring a number. I need a text or an interpreter.
Put one telephone number on every letter, with a person at the other end.
"""
DRAFT = """# Waiting well: our plan

## Being told

We will send everybody who waits a message every four weeks, by text, letter or telephone as they
choose, that says that they are on the list and how long the wait is now.

Every letter will carry one telephone number, answered by a person who can see the list.

## While you wait

Everybody who waits longer than three months will be asked how they are, and offered help with pain
and with staying active.

We will open a fourth operating theatre at the general hospital.

## Getting there

We will look at the times of the first appointments of the day where buses start late.
"""
REMIT = Remit(
    QUESTION,
    "How people are told where they stand, what help they get while they wait, how appointments"
    " are made and changed, and how people get to them.",
    "How many operating theatres there are: that was decided last year, and the money is spent.",
    "The partnership’s board decides on the plan for people who wait.",
)
TAKING = Taking(
    NAME,
    Topic.WAITING,
    "Call 01632 960 123 on weekdays from 9 to 5, and we write down what you say. Write to"
    " 1 Example Street, Riverbank, RB1 2AA: no stamp needed. Or come to the library in Riverbank"
    " on Tuesdays from 2 to 4.",
    "01632 960 123",
    "waiting@example.org",
    "1 Example Street, Riverbank, RB1 2AA",
    "£25 an hour for sessions, and your fares.",
    "An interpreter, a sitter for somebody you look after, a lift, large print.",
)
# A word that a theme's label or name must hold, what people say of it, its priority and answer.
PRIORITIES = (
    (
        "list",
        "Not knowing where you are on the list",
        "Be told where you stand while you wait",
        "Tell people, in the way that they choose, that they are on the list and how long it is.",
        "1.1",
        Relation.ADOPTS,
        Reply(
            Answer.ACCEPTED,
            "You told us that not knowing is worse than waiting. The message costs little, and two"
            " hospitals send it already.",
            "Planned care",
            progress="The message goes out at two of three hospitals.",
        ),
    ),
    (
        "pain",
        "Pain that gets worse while you wait",
        "Be checked on, and helped with pain, while you wait",
        "Somebody asks how people are, and shows them what helps, before it gets worse.",
        "2.1",
        Relation.ADOPTS_IN_PART,
        Reply(
            Answer.IN_PART,
            "We can ask everybody after three months, not sooner: there are not enough"
            " physiotherapists yet.",
            "Community services",
        ),
    ),
    (
        "bus",
        "Getting to the hospital",
        "Be able to get to the appointment",
        "Appointments at times, and in places, that people without a car can reach.",
        "3.1",
        Relation.MENTIONS,
        None,
    ),
)


def load_programme() -> str:
    """Open the programme, take the comments, find themes, answer; returns its public id."""
    key = programmes.create_programme(NAME, QUESTION)
    today = clock.day_of(clock.now())
    decision = today + timedelta(days=120)
    programmes.change_remit(None, key, replace(REMIT, decision_on=decision))
    programmes.change_taking(None, key, TAKING)
    programmes.set_places(
        None,
        key,
        ["Riverbank", "The Downs"],
        [
            "People who cannot use the internet",
            "Carers",
            "People whose first language is not English",
        ],
    )
    programmes.set_existing(
        None,
        key,
        ["Patients’ group of the general hospital", "Carers’ café at the library"],
        confirmed=True,
    )
    healthwatch = add_organisation("Healthwatch Riverbank", OrganisationKind.HEALTHWATCH)
    programmes.set_convenors(None, key, [healthwatch])
    conversation = _add_activities(key)
    programmes.publish_programme(None, key)
    load_conversation(key, conversation)
    _take_comments(key, today)
    _find_themes(key)
    _answer(key, today)
    return key


def _find_themes(key: str) -> None:
    """The run as a worker would do it, here: the rest of the demonstration stands on it."""
    run = insight.request_themes(None, key)
    runs.begin_run(run, WORKER)
    found = insight.find_themes_of(key, lambda: None)
    (step,) = THEMES.steps({}, ())
    runs.complete_step(run, WORKER, 0, step.name, lambda: insight.keep_themes(run, found))
    runs.finish_run(run, WORKER)


def _add_activities(key: str) -> str:
    """Add them; returns the public id of the open conversation."""
    conversation = programmes.add_activity(
        None,
        key,
        ActivityPlan(
            ActivityKind.OPEN_CONVERSATION,
            "Tell us what waiting is like",
            "Two or three sentences are enough. It takes about five minutes.",
            offline_routes="Call 01632 960 123, or tell us at the library on Tuesdays.",
        ),
    )
    programmes.publish_activity(None, key, conversation)
    programmes.add_activity(
        None,
        key,
        ActivityPlan(
            ActivityKind.CITIZENS_PANEL,
            "Panel on waiting well",
            "Thirty people, drawn by lottery, meet six times.",
            offline_routes="An invitation comes by post. Call 01632 960 123 with any question.",
        ),
    )
    return conversation


def _take_comments(key: str, today: date) -> None:
    lines = COMMENTS.strip().splitlines()
    ways = ("online", "paper", "phone", "face to face")
    table = write_csv(
        ["comment", "respondent", "date", "channel", "quote"],
        [
            (
                line,
                f"person {place}",
                today - timedelta(days=40 - place // 2),
                ways[place % len(ways)],
                "no" if place % 5 == 4 else "yes",
            )
            for place, line in enumerate(lines)
        ],
    )
    reading = Reading(
        {
            Part.TEXT: "comment",
            Part.RESPONDENT: "respondent",
            Part.SAID_ON: "date",
            Part.CHANNEL: "channel",
            Part.MAY_QUOTE: "quote",
        },
        today,
        "Riverbank",
        Channel.IMPORTED,
        QUESTION,
    )
    file = put_file(None, key, "waiting-well-comments.csv", table)
    import_file(None, key, file, reading, ActivityKind.OPEN_CONVERSATION)


def _answer(key: str, today: date) -> None:
    """Name the themes, put priorities forward, link them to the draft and answer them."""
    draft = strategy.import_draft(None, key, "Waiting well: our plan", "plan.md", DRAFT.encode())
    strategy.publish_draft(None, key, draft)
    found = find_programme(None, key)
    assert found is not None
    paragraphs = {row.reference: row.public_id for row in paragraphs_of_programme(found.id)}
    free = list_themes(found.id)
    for word, name, title, statement, reference, relation, reply in PRIORITIES:
        theme = next((one for one in free if word in one.label), free[0])
        free.remove(theme)
        insight.rename_theme(None, key, theme.public_id, name)
        priority = insight.make_priority(
            None, key, PriorityPlan(title, statement, [theme.public_id])
        )
        strategy.link_paragraph(None, key, priority, paragraphs[reference], relation)
        if reply is not None:
            due = replace(reply, due_on=today + timedelta(days=60))
            strategy.answer_priority(None, key, priority, due)
        insight.publish_priority(None, key, priority)
