"""Use cases of strategy: importing drafts, linking paragraphs, answering priorities."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import delete, select

from engagement.audit.service import record
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.insight.service import priority_of
from engagement.programmes.service import Visible, programme_of
from engagement.strategy.errors import (
    AnswerNeedsReason,
    NothingInDraft,
    NotMarkdown,
    SameVersion,
    UnknownDraft,
    UnknownParagraph,
)
from engagement.strategy.models import (
    Draft,
    DraftVersion,
    Paragraph,
    ParagraphLink,
    ParagraphText,
    Response,
)
from engagement.strategy.rules import Answer, Passage, Relation, carry_over, split_markdown


def read_draft(content: bytes) -> list[Passage]:
    """The paragraphs of a Markdown file. Raises ``NotMarkdown`` or ``NothingInDraft``."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotMarkdown from error
    if "\0" in text:
        raise NotMarkdown
    passages = split_markdown(text)
    if not passages:
        raise NothingInDraft
    return passages


@transactional
def import_draft(
    visible: Visible, programme_public_id: str, title: str, file_name: str, content: bytes
) -> str:
    """Take a Markdown file as a new draft of a programme; returns the draft's public id.

    Raises ``UnknownProgramme``, ``NotMarkdown`` or ``NothingInDraft``.
    """
    programme = programme_of(visible, programme_public_id)
    passages = read_draft(content)
    draft = Draft(programme_id=programme.id, title=title.strip())
    db.session.add(draft)
    db.session.flush()
    _add_version(draft, passages, file_name, content)
    return draft.public_id


@transactional
def import_version(
    visible: Visible, programme_public_id: str, public_id: str, file_name: str, content: bytes
) -> None:
    """Take a Markdown file as the next version of a draft; paragraphs keep their ids.

    Raises ``UnknownProgramme``, ``UnknownDraft``, ``NotMarkdown``, ``NothingInDraft`` or
    ``SameVersion``.
    """
    draft = draft_of(visible, programme_public_id, public_id)
    passages = read_draft(content)
    _add_version(draft, passages, file_name, content)


def draft_of(visible: Visible, programme_public_id: str, public_id: str) -> Draft:
    """The draft, to change it. Raises ``UnknownProgramme`` or ``UnknownDraft``."""
    programme = programme_of(visible, programme_public_id)
    draft = db.session.scalars(
        select(Draft).where(Draft.programme_id == programme.id, Draft.public_id == public_id)
    ).one_or_none()
    if draft is None:
        raise UnknownDraft(public_id)
    return draft


def _add_version(draft: Draft, passages: list[Passage], file_name: str, content: bytes) -> None:
    sha256 = hashlib.sha256(content).hexdigest()
    last = db.session.scalars(
        select(DraftVersion)
        .where(DraftVersion.draft_id == draft.id)
        .order_by(DraftVersion.number.desc())
        .limit(1)
    ).one_or_none()
    if last is not None and last.sha256 == sha256:
        raise SameVersion
    before = _texts_of(last.id) if last else []
    version = DraftVersion(
        draft_id=draft.id,
        number=last.number + 1 if last else 1,
        file_name=file_name[:200],
        sha256=sha256,
    )
    db.session.add(version)
    kept = carry_over(before, [passage.text for passage in passages])
    fresh = [None if key else Paragraph(draft_id=draft.id) for key in kept]
    db.session.add_all(paragraph for paragraph in fresh if paragraph)
    db.session.flush()
    for place, (passage, key, paragraph) in enumerate(zip(passages, kept, fresh, strict=True), 1):
        db.session.add(
            ParagraphText(
                paragraph_id=key or paragraph.id,  # type: ignore[union-attr]
                version_id=version.id,
                place=place,
                **asdict(passage),
            )
        )
    db.session.flush()
    record(
        "draft.version imported",
        "draft",
        draft.public_id,
        facts={
            "version": version.number,
            "file": sha256,
            "paragraphs": len(passages),
            "new": sum(key is None for key in kept),
        },
    )


def _texts_of(version_id: int) -> list[tuple[int, str]]:
    rows = db.session.execute(
        select(ParagraphText.paragraph_id, ParagraphText.text)
        .where(ParagraphText.version_id == version_id)
        .order_by(ParagraphText.place)
    )
    return [(row.paragraph_id, row.text) for row in rows]


@transactional
def publish_draft(visible: Visible, programme_public_id: str, public_id: str) -> None:
    """Show a draft to everyone. Raises ``UnknownProgramme`` or ``UnknownDraft``."""
    draft = draft_of(visible, programme_public_id, public_id)
    if draft.published_at is None:
        draft.published_at = clock.now()
        record("draft.published", "draft", public_id)


@transactional
def link_paragraph(
    visible: Visible,
    programme_public_id: str,
    priority_public_id: str,
    paragraph_public_id: str,
    relation: Relation,
    *,
    suggested: bool = False,
) -> None:
    """Say what a paragraph does with a priority; a later word replaces an earlier one.

    Raises ``UnknownProgramme``, ``UnknownPriority`` or ``UnknownParagraph``.
    """
    priority = priority_of(visible, programme_public_id, priority_public_id)
    paragraph = _paragraph(priority.programme_id, paragraph_public_id)
    link = _link(priority.id, paragraph.id)
    if link is None:
        link = ParagraphLink(paragraph_id=paragraph.id, priority_id=priority.id)
        db.session.add(link)
    link.relation, link.suggested = relation, suggested
    db.session.flush()
    record(
        "paragraph.linked",
        "priority",
        priority_public_id,
        facts={"paragraph": paragraph_public_id, "relation": relation, "suggested": suggested},
    )


@transactional
def unlink_paragraph(
    visible: Visible,
    programme_public_id: str,
    priority_public_id: str,
    paragraph_public_id: str,
) -> None:
    """Take a link back.

    Raises ``UnknownProgramme``, ``UnknownPriority`` or ``UnknownParagraph``.
    """
    priority = priority_of(visible, programme_public_id, priority_public_id)
    paragraph = _paragraph(priority.programme_id, paragraph_public_id)
    link = _link(priority.id, paragraph.id)
    if link is None:
        return
    db.session.execute(delete(ParagraphLink).where(ParagraphLink.id == link.id))
    record(
        "paragraph.unlinked",
        "priority",
        priority_public_id,
        facts={"paragraph": paragraph_public_id},
    )


def _link(priority_id: int, paragraph_id: int) -> ParagraphLink | None:
    return db.session.scalars(
        select(ParagraphLink).where(
            ParagraphLink.priority_id == priority_id, ParagraphLink.paragraph_id == paragraph_id
        )
    ).one_or_none()


def _paragraph(programme_id: int, public_id: str) -> Paragraph:
    paragraph = db.session.scalars(
        select(Paragraph)
        .join(Draft, Draft.id == Paragraph.draft_id)
        .where(Draft.programme_id == programme_id, Paragraph.public_id == public_id)
    ).one_or_none()
    if paragraph is None:
        raise UnknownParagraph(public_id)
    return paragraph


@dataclass(frozen=True)
class Reply:
    """How the partnership answers: yes, partly or no, why, which service will, and by when."""

    answer: Answer
    reason: str
    owner: str
    due_on: date | None = None
    progress: str = ""


@transactional
def answer_priority(
    visible: Visible, programme_public_id: str, public_id: str, reply: Reply
) -> None:
    """Answer a priority, or change the answer.

    Raises ``UnknownProgramme``, ``UnknownPriority`` or ``AnswerNeedsReason``.
    """
    priority = priority_of(visible, programme_public_id, public_id)
    if not reply.reason.strip() or not reply.owner.strip():
        raise AnswerNeedsReason
    response = db.session.scalars(
        select(Response).where(Response.priority_id == priority.id)
    ).one_or_none()
    before = response and {"answer": response.answer, "reason": response.reason}
    if response is None:
        response = Response(priority_id=priority.id)
        db.session.add(response)
    for name, value in asdict(reply).items():
        setattr(response, name, value.strip() if type(value) is str else value)
    response.changed_at = clock.now()
    db.session.flush()
    record(
        "priority.answered",
        "priority",
        public_id,
        facts={
            "before": before,
            "answer": reply.answer,
            "reason": reply.reason.strip(),
            "owner": reply.owner.strip(),
            "due_on": reply.due_on.isoformat() if reply.due_on else None,
        },
    )
