"""Use cases of programmes."""

from __future__ import annotations

from sqlalchemy import select

from engagement.audit.service import record
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.programmes.errors import UnknownProgramme
from engagement.programmes.models import Programme


@transactional
def create_programme(name: str, question: str) -> str:
    """Open a programme; returns its public id."""
    programme = Programme(name=name.strip(), question=question.strip())
    db.session.add(programme)
    db.session.flush()
    record("programme.created", "programme", programme.public_id, facts={"name": programme.name})
    return programme.public_id


@transactional
def edit_programme(
    visible: frozenset[int] | None, public_id: str, name: str, question: str
) -> None:
    """Change a programme's name and question. Raises ``UnknownProgramme``."""
    programme = db.session.scalars(
        select(Programme).where(Programme.public_id == public_id)
    ).one_or_none()
    if programme is None or (visible is not None and programme.id not in visible):
        raise UnknownProgramme(public_id)
    before = {"name": programme.name, "question": programme.question}
    programme.name, programme.question = name.strip(), question.strip()
    after = {"name": programme.name, "question": programme.question}
    if before != after:
        record("programme.edited", "programme", public_id, facts={"before": before, "after": after})
