"""The moderators' queue, and one contribution with what is proposed to be taken out of it."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engagement.contributions import moderation as service
from engagement.contributions.appeals import MODERATORS
from engagement.contributions.errors import (
    ChangedMeanwhile,
    NothingChosen,
    PassageNotThere,
    UnknownContribution,
)
from engagement.contributions.moderation import Proposal, proposals, version_of
from engagement.contributions.rules import Decided
from engagement.contributions.waiting import (
    LONGEST_REASON,
    Alike,
    ModeratedRow,
    count_waiting,
    find_moderated,
    saved_reasons,
    waiting_alike,
)
from engagement.methods.disclosure.identifiers import find_identifiers
from engagement.programmes.queries import ProgrammeName, find_name
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.marked import Marked, marked
from engagement.web.kit import (
    CheckboxesField,
    Choice,
    KitForm,
    Page,
    SelectField,
    TextareaField,
    TextField,
    page_number,
)
from engagement.web.visits import require_principal
from engagement.web.words import CHANNEL_TEXT, DECIDED_TEXT, IDENTIFIER_TEXT, STATE_TEXT

PAGE_SIZE = 25
MOST_SHOWN = 100
"""Most of those alike that a group shows beside its first. Nothing is published unseen: the rest
stays in the queue."""


class ReasonForm(KitForm):
    """Why: one of the saved reasons, or another. The author is told it."""

    reason = SelectField(
        _l("Reason"),
        prompt=_l("Choose a reason"),
        hint=_l("The author is told it. Needed to hold back, to take out or to withdraw."),
    )
    other = TextField(
        _l("Or another reason"),
        hint=_l("Use none of their words in it."),
        max_length=LONGEST_REASON,
    )

    def offer(self) -> None:
        """Offer the saved reasons."""
        self.reason.choices = [(text, _(text)) for text in saved_reasons()]

    def given(self) -> str:
        """The reason, in the words that the author is told; empty where none was given."""
        return self.other.data or (_(self.reason.data) if self.reason.data else "")

    def ask_for_reason(self) -> None:
        """Say that a reason is needed."""
        self.refuse("reason", _("Choose a reason, or write another: the author is told it"))


class QueueForm(ReasonForm):
    """A decision about what is ticked in the queue."""

    def error_summary(self) -> dict[str, Any]:
        """The same, where what is wrong with the ticks leads to the first of them."""
        summary = super().error_summary()
        for line in summary["errorList"]:
            line.setdefault("href", "#one-1")
        return summary


class OneForm(ReasonForm):
    """What to take out of one contribution."""

    passages = CheckboxesField(
        _l("Take these out"),
        hint=_l("Found by rules: look at each. Untick what tells nobody who somebody is."),
        choices=[],
    )
    further = TextareaField(
        _l("Take these words out too"),
        hint=_l("Write them as they stand there, each passage on a line of its own."),
        lines=3,
        max_length=5_000,
    )


def visible() -> frozenset[int] | None:
    """The programmes that whoever is signed in moderates; ``None`` for all."""
    return require_principal().programmes_with(*MODERATORS)


def programme_or_404(public_id: str) -> ProgrammeName:
    """A programme that one moderates."""
    return find_name(visible(), public_id) or abort(404)


def _marked(text: str) -> list[Marked]:
    found = find_identifiers(text)
    return marked(text, [(one.start, one.end, str(IDENTIFIER_TEXT[one.kind])) for one in found])


def value_of(group: Alike) -> str:
    """What a tick at a group sends: another text as soon as others are in the group."""
    if len(group.rows) == 1:
        return group.first.public_id
    ids = " ".join(row.public_id for row in group.rows)
    return f"all {hashlib.sha256(ids.encode()).hexdigest()[:22]}"


@facilitators.route("/programmes/<public_id>/moderation", methods=["GET", "POST"])
@staff_only(*MODERATORS)
def moderation(public_id: str) -> str | Response:
    """What waits for a decision, near-duplicates together; the form decides about what is ticked.

    A tick at a group stands for all that were in it when the page was opened.
    """
    programme = programme_or_404(public_id)
    form = QueueForm()
    form.offer()
    groups = waiting_alike(programme.id)
    if form.validate_on_submit() and (done := _decided(programme, groups, form)) is not None:
        flash(
            ngettext("%(num)d contribution is decided.", "%(num)d contributions are decided.", done)
            if done
            else _("The queue has changed meanwhile. Nothing is decided: look again."),
            "success" if done else "message",
        )
        return redirect(url_for("facilitators.moderation", public_id=public_id) + "#next", 303)
    number = page_number(request.args.get("page"))
    shown = groups[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return render_template(
        "facilitators/moderation.html",
        programme=programme,
        form=form,
        page=Page(shown, number, PAGE_SIZE, len(groups)),
        marked=_marked,
        value_of=value_of,
        most_shown=MOST_SHOWN,
        ticked=set(request.form.getlist("chosen")),
        waiting=count_waiting(programme.id),
        total=sum(len(group.rows) for group in groups),
        channel_text=CHANNEL_TEXT,
    )


def _decided(programme: ProgrammeName, groups: list[Alike], form: QueueForm) -> int | None:
    """How many were decided about; nothing with an error where something is missing."""
    ticked = set(request.form.getlist("chosen"))
    chosen = [row.public_id for group in groups for row in group.rows if row.public_id in ticked]
    try:
        decision = Decided(request.form.get("decision", ""))
    except ValueError:
        abort(400)
    if decision is Decided.REDACT:
        abort(400)
    most = MOST_SHOWN + 1 if decision is Decided.PUBLISH else None
    for group in groups:
        if value_of(group) in ticked:
            chosen += [row.public_id for row in group.rows[:most]]
    if not ticked:
        form.form_errors.append(_("Tick what you want to decide about"))
    elif decision is not Decided.PUBLISH and not form.given():
        form.ask_for_reason()
    else:
        return service.decide(
            visible(), programme.public_id, list(dict.fromkeys(chosen)), decision, form.given()
        )
    return None


@facilitators.route("/programmes/<public_id>/moderation/<said_id>", methods=["GET", "POST"])
@staff_only(*MODERATORS)
def moderate_one(public_id: str, said_id: str) -> str | Response:
    """One contribution: take passages out, publish, hold or withdraw it."""
    programme = programme_or_404(public_id)
    said = find_moderated(programme.id, said_id) or abort(404)
    found = proposals(said.text, said.translation)
    form = OneForm(data={"passages": [one.key for one in found]})
    form.offer()
    form.passages.choices = [_choice(one) for one in found]
    if form.validate_on_submit() and _done(programme, said, form):
        flash(_("Decided. The author is told why, where we can reach them."), "success")
        return redirect(url_for("facilitators.moderation", public_id=public_id) + "#next", 303)
    return render_template(
        "facilitators/moderate_one.html",
        programme=programme,
        said=said,
        form=form,
        found=found,
        version=request.form.get("version") or version_of(said.text, said.translation),
        parts=_marked(said.text),
        translated=_marked(said.translation) if said.translation else None,
        channel_text=CHANNEL_TEXT,
        state_text=STATE_TEXT,
        decided_text=DECIDED_TEXT,
    )


def _choice(one: Proposal) -> Choice:
    kind = IDENTIFIER_TEXT[one.kind]
    where = _("in the translation") if one.translated else ""
    hint = f"{kind}: {_(one.why)}"
    return Choice(one.key, one.words, f"{hint} ({where})" if where else hint)


def _done(programme: ProgrammeName, said: ModeratedRow, form: OneForm) -> bool:
    try:
        decision = Decided(request.form.get("decision", ""))
    except ValueError:
        abort(400)
    if decision is not Decided.PUBLISH and not form.given():
        form.ask_for_reason()
        return False
    try:
        if decision is Decided.REDACT:
            service.redact(
                visible(),
                programme.public_id,
                said.public_id,
                request.form.get("version", ""),
                form.passages.data,
                [line for line in (form.further.data or "").splitlines() if line.strip()],
                form.given(),
            )
        else:
            service.decide(visible(), programme.public_id, [said.public_id], decision, form.given())
    except NothingChosen:
        where = "passages" if form.passages.offered else "further"
        form.refuse(where, _("Choose what is to be taken out"))
    except PassageNotThere as missing:
        form.refuse("further", _("These words do not stand there: %(words)s", words=missing.words))
    except (ChangedMeanwhile, UnknownContribution):
        form.refuse("further", _("It has changed meanwhile. Open this page again"))
    else:
        return True
    return False
