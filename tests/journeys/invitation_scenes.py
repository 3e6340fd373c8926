"""Invitations for looking at their pages: none yet, and batches in every state."""

from __future__ import annotations

from engagement.audit.rules import ActorKind
from engagement.audit.service import Actor, acting_as
from engagement.panels.first_stage import Reading, make_batch, put_list
from engagement.panels.invitations import mark_sent
from engagement.panels.mailing import forget_codes, make_handed_out, note_returned
from engagement.panels.rules import PanelPlan, Recruitment
from engagement.panels.service import open_panel
from engagement.panels.wording import set_wording
from engagement.programmes.rules import ActivityKind
from engagement.programmes.service import ActivityPlan, add_activity
from tests.factories import Partnership, Programme, Staff
from tests.factories.panels import panel_of

Paths = dict[str, list[dict[str, str]]]
ROWS = "".join(
    f"{number} {'Very Long Name of a Lane ' * (number % 3)}Lane,Riverbank,RB1 {number % 9}AA,"
    f"{number % 10 + 1},Ward {number % 7}\r\n"
    for number in range(1, 301)
)
LIST = f"Street,Town,Postcode,Decile,Ward\r\n{ROWS}"
READING = Reading(("Street", "Town", "Postcode"), ("Decile", "Ward"), ("Decile=1:3",), 60, "6 2 5")
OF_PANEL = ("invitations", "put_addresses", "needed", "hand_out", "lost_letters", "wordings")


def invitation_pages(place: Partnership, programme: Programme, who: Staff, mark: str) -> Paths:
    """The pages of a panel without targets, and of one with letters, sent and not, and codes."""
    with place.inside(), acting_as(Actor(ActorKind.STAFF, who.public_id)):
        full = panel_of(programme, mark=mark)
        planned = ActivityPlan(ActivityKind.CITIZENS_PANEL, f"Panel without targets {mark}")
        activity = add_activity(None, programme.public_id, planned)
        plan = PanelPlan(Recruitment.RANDOM, "What would help?", size=4)
        empty = open_panel(None, programme.public_id, activity, plan)
        batches = [
            make_batch(None, full, put_list(None, full, "a.csv", LIST.encode()), READING, number)
            for number in range(2)
        ]
        mark_sent(None, full, batches[0])
        note_returned(None, full, [1, 2])
        forget_codes(None, full, batches[0])
        batches.append(make_handed_out(None, full, 3, "Night shelter " * 5))
        waits = put_list(None, full, f"{'long' * 20}.csv", LIST.encode())
        set_wording(None, full, "ur", "السلام علیکم")
    here = {"panel_id": full}
    return {
        **{f"facilitators.{name}": [here, {"panel_id": empty}] for name in OF_PANEL},
        "facilitators.lottery": [{**here, "list_id": waits}],
        "facilitators.batch": [{**here, "batch_id": batch} for batch in batches],
        "facilitators.wording": [{**here, "language": code} for code in ("en", "ur", "cy")],
    }
