"""What is noticed in a contribution when it comes, and what follows at once: pure but for telling.

Words that may tell of harm are kept for the safeguarding lead; what may tell who somebody is waits
until a person has looked at it. Nothing is decided about either here.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import delete, select

from engagement.accounts.queries import holders_of
from engagement.accounts.rules import Role
from engagement.audit.service import record
from engagement.contributions.models import Contribution, HelpLine
from engagement.contributions.rules import HARM, State
from engagement.database.tenancy import current_partnership_id
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.messages.bulk import Addressee, queue_many
from engagement.messages.service import absolute_link
from engagement.methods.disclosure.harm import tells_of_harm
from engagement.methods.disclosure.identifiers import kinds_in
from engagement.partnerships.queries import partnership_by_key

N_ = str  # marks a sentence for the catalogue of translations

WAITS_FOR_LEAD = N_("Somebody whose work is to keep people safe reads it first.")
WAITS_FOR_NAMES = N_("It may tell who somebody is. Somebody looks at it first.")
WAITS_FOR_MODERATOR = N_("Here somebody reads every answer before others do.")
MOST_LINES, LONGEST_LINE = 10, 200


@dataclass(frozen=True)
class Noticed:
    """What was noticed in words, and how they therefore begin: their state and why."""

    concerns: list[str]
    state: State
    reason: str


def notice(text: str, *, moderate_first: bool) -> Noticed:
    """What must be noticed in a contribution before anybody else reads it."""
    concerns: list[str] = [kind.value for kind in kinds_in(text)]
    if tells_of_harm(text):
        return Noticed([HARM, *concerns], State.HELD, WAITS_FOR_LEAD)
    if concerns:
        return Noticed(concerns, State.HELD, WAITS_FOR_NAMES)
    if moderate_first:
        return Noticed([], State.HELD, WAITS_FOR_MODERATOR)
    return Noticed([], State.PUBLISHED, "")


def tell_leads(programme_id: int) -> None:
    """Tell every safeguarding lead of a programme that something waits, with no word of it."""
    leads = holders_of([Role.SAFEGUARDING_LEAD], programme_id)
    partnership = partnership_by_key(current_partnership_id())
    queue_many(
        "harm_waits",
        [Addressee(lead.email, lead.name) for lead in leads],
        subject=gettext("Somebody may need help: please read what they said"),
        link=absolute_link("facilitators.safeguarding", slug=partnership.slug),
    )


def needs_help(public_id: str) -> bool:
    """Whether a contribution was noticed to tell of harm, so that its page shows where help is."""
    concerns = db.session.scalars(
        select(Contribution.concerns).where(Contribution.public_id == public_id)
    ).one_or_none()
    return HARM in (concerns or [])


def help_lines() -> list[str]:
    """Where somebody finds help near here: what the partnership set beside the national lines."""
    return [*db.session.scalars(select(HelpLine.text).order_by(HelpLine.place))]


@transactional
def set_help_lines(texts: list[str]) -> None:
    """Set where somebody finds help near here, each on a line of its own."""
    db.session.execute(delete(HelpLine))
    db.session.add_all([HelpLine(place=n, text=text) for n, text in enumerate(texts)])
    db.session.flush()
    record("help lines.set", "partnership", str(current_partnership_id()), facts={"lines": texts})
