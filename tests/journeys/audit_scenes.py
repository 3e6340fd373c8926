"""Draws for looking at an auditor's pages: to agree to, to sign, and signed."""

from __future__ import annotations

from engagement.audit.rules import ActorKind
from engagement.audit.service import Actor, acting_as
from engagement.panels.audits import agree_to_audit, sign_statement, take_auditor_pack
from engagement.panels.rules import AuditFinding
from tests.factories import Partnership, Programme, Staff
from tests.factories.panels import drawn_panel

FOUND = "Ticket 17 holds two people of one home.\nI told Healthwatch the same day. " * 5


def audit_pages(
    place: Partnership, programme: Programme, auditor: Staff
) -> dict[str, list[dict[str, str]]]:
    """One draw that the auditor has not begun, one that they took, one that they signed."""
    with place.inside():
        new, taken, signed = (drawn_panel(programme)[1] for _ in range(3))
        with acting_as(Actor(ActorKind.STAFF, auditor.public_id)):
            for draw in (taken, signed):
                agree_to_audit(None, draw, "I keep the rows to myself.")
                take_auditor_pack(None, draw)
            sign_statement(None, signed, AuditFinding.FAULTY, FOUND, "Ann Auditor, Healthwatch")
    return {"facilitators.audit": [{"draw_id": draw} for draw in (new, taken, signed)]}
