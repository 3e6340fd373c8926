"""What invented people agree and disagree about in the demonstration: statements, votes, a map."""

from __future__ import annotations

from engagement.conversations import maps
from engagement.conversations.importing import Table, import_polis
from engagement.jobs.map_opinions import OPINIONS
from engagement.runs import service as runs

WORKER = "demonstration"
PEOPLE = 80
# Each statement with what those who like to wait at home with a telephone say, and the others.
STATEMENTS = (
    ("Everybody should be told every month where they are on the list", 1, 1),
    ("A letter is easier to keep than a text message", -1, 1),
    ("I would rather have a video call than travel to the hospital", 1, -1),
    ("One telephone number should answer every question about waiting", 1, 1),
    ("Reminders by text message are enough", 1, -1),
    ("People who cannot use the internet are forgotten", -1, 1),
    ("It should be easy to swap an appointment with somebody else", 1, 0),
    ("Pain should be treated while people wait", 1, 1),
    ("A neighbour or friend should be allowed to speak for me", 0, 1),
    ("Appointments in the evening would help", 1, -1),
    ("I do not need to know how long it takes, if it is done well", -1, -1),
    ("Carers should be asked how they are", 1, 1),
)


def load_conversation(programme: str, activity: str) -> None:
    """Fill an open conversation, map what was said, and show it to everyone."""
    said = [["comment-id", "author-id", "moderated", "is-seed", "comment-body"]]
    said += [[str(n), "0", "1", "true", text] for n, (text, _, _) in enumerate(STATEMENTS)]
    votes = [["comment-id", "voter-id", "vote"]]
    for person in range(PEOPLE):
        for number, stances in enumerate(STATEMENTS):
            chance = (person * 37 + number * 101 + person * number * 7) % 100
            if chance < 15:
                continue  # did not get so far
            mind = stances[1 + (person % 5 > 2)] if chance < 85 else chance % 3 - 1
            votes.append([str(number), str(person), str(mind)])
    import_polis(None, programme, activity, _table("votes", votes), _table("comments", said))
    run = maps.request_map(None, programme, activity)
    runs.begin_run(run, WORKER)
    found = maps.find_opinions_of(activity, lambda *_: None)
    (step,) = OPINIONS.steps({}, ())
    told = runs.complete_step(run, WORKER, 0, step.name, lambda: maps.keep_opinions(run, found))
    runs.finish_run(run, WORKER)
    maps.publish_map(None, programme, activity, told["map"])


def _table(name: str, rows: list[list[str]]) -> Table:
    return Table(name, list(enumerate(rows, 1)))
