"""Publishing who a programme has not yet reached."""

from __future__ import annotations

from sqlalchemy import select

from engagement.audit.service import record
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.insight.errors import TooFewToTell
from engagement.insight.models import ReachSummary
from engagement.insight.reach import Reach, reach_of
from engagement.insight.rules import FEWEST_EXPECTED, GAPS
from engagement.panels.small_numbers import bounds
from engagement.programmes.models import ProgrammeArea
from engagement.programmes.service import Visible, programme_of


@transactional
def publish_reach(visible: Visible, programme_public_id: str) -> None:
    """Tell everybody, in words, who is not yet reached, as it stands now; it stays so until this is
    done again. Raises ``UnknownProgramme`` or ``TooFewToTell``.
    """
    programme = programme_of(visible, programme_public_id)
    codes = db.session.scalars(
        select(ProgrammeArea.place_code).where(
            ProgrammeArea.programme_id == programme.id, ProgrammeArea.place_code.is_not(None)
        )
    )
    reach = reach_of(programme.id, [code for code in codes if code])
    if reach.people < max(FEWEST_EXPECTED, bounds()[0] + 1):
        raise TooFewToTell
    nearest, now = bounds()[1], clock.now()
    summary = db.session.scalars(
        select(ReachSummary).where(ReachSummary.programme_id == programme.id)
    ).one_or_none()
    if summary is None:
        summary = ReachSummary(programme_id=programme.id)
    summary.people = (2 * reach.people + nearest) // (2 * nearest) * nearest
    summary.gaps = gaps_of(reach)
    summary.published_at = now
    db.session.add(summary)
    record("reach.published", "programme", programme_public_id, facts={"gaps": len(summary.gaps)})


def gaps_of(reach: Reach) -> list[dict[str, str]]:
    """The groups that are not yet reached, with how many they are beside who lives there."""
    return [
        {
            "feature": comparison.feature,
            "value": group.value,
            "name": group.name,
            "size": group.compared.size.value,
            "source": "; ".join(comparison.sources),
        }
        for comparison in reach.comparisons
        for group in comparison.groups
        if group.compared.size in GAPS and group.compared.size
    ]
