"""Around moderation: before or after publishing, saved reasons, whom to tell, and appeals."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engagement.contributions import moderation as service
from engagement.contributions.appeals import MODERATORS, answer_appeal
from engagement.contributions.errors import DecidedByYourself, UnknownAppeal
from engagement.contributions.waiting import (
    LONGEST_REASON,
    MOST_REASONS,
    AppealRow,
    count_waiting,
    list_to_tell,
    saved_reasons,
    waiting_appeals,
)
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.moderation import programme_or_404, visible
from engagement.web.kit import (
    CheckboxesField,
    Choice,
    KitForm,
    Page,
    RadiosField,
    TextareaField,
    page_number,
)
from engagement.web.visits import require_principal
from engagement.web.words import CHANNEL_TEXT, DECIDED_TEXT, STATE_TEXT

PAGE_SIZE = 50
FIRST, AFTER = "first", "after"


class SettingsForm(KitForm):
    """When moderators read, and the reasons that they choose from."""

    when = RadiosField(
        _l("When do moderators read what people said?"),
        missing=_l("Choose when moderators read"),
        choices=[
            Choice(
                AFTER,
                _l("After it is published"),
                _l("What may name somebody, or tell of harm, waits all the same."),
            ),
            Choice(
                FIRST,
                _l("Before others read it"),
                _l("Nothing counts or is shown until somebody has published it."),
            ),
        ],
    )
    reasons = TextareaField(
        _l("Saved reasons"),
        missing=_l("Write at least one reason"),
        hint=_l("One on each line, as the author is told it. All programmes here share them."),
        lines=8,
        max_length=8_000,
    )

    def lines(self) -> list[str] | None:
        """The reasons, or nothing with an error at the field."""
        texts = [" ".join(line.split()) for line in self.reasons.data.splitlines()]
        texts = list(dict.fromkeys(text for text in texts if text))
        if len(texts) > MOST_REASONS:
            self.refuse("reasons", _("Keep to %(most)d reasons", most=MOST_REASONS))
        elif any(len(text) > LONGEST_REASON for text in texts):
            self.refuse("reasons", _("Shorten each to %(most)d characters", most=LONGEST_REASON))
        else:
            return texts
        return None


class ToldForm(KitForm):
    """Who has been told."""

    told = CheckboxesField(_l("Who has been told?"), missing=_l("Tick who has been told"))


class AnswerForm(KitForm):
    """The answer to an appeal."""

    upheld = RadiosField(
        _l("Are they right?"),
        missing=_l("Choose whether they are right"),
        choices=[
            Choice("yes", _l("Yes: others may read it again")),
            Choice("no", _l("No: it stays as it was decided")),
        ],
    )
    answer = TextareaField(
        _l("Your answer to them"),
        missing=_l("Write an answer: the author reads it"),
        hint=_l("Use none of their words in it, as it may go by e-mail."),
        lines=4,
        max_length=2_000,
    )


@facilitators.route("/programmes/<public_id>/moderation-settings", methods=["GET", "POST"])
@staff_only(*MODERATORS)
def moderation_settings(public_id: str) -> str | Response:
    """Before or after publishing, and the saved reasons."""
    programme = programme_or_404(public_id)
    first = count_waiting(programme.id).first
    reasons = "\n".join(_(text) for text in saved_reasons())
    form = SettingsForm(data={"when": FIRST if first else AFTER, "reasons": reasons})
    if form.validate_on_submit() and (texts := form.lines()) is not None:
        service.set_moderation(visible(), public_id, first=form.when.data == FIRST)
        if "\n".join(texts) != reasons:
            service.set_saved_reasons(texts)
        flash(_("Saved."), "success")
        return redirect(url_for("facilitators.moderation", public_id=public_id), 303)
    return render_template("facilitators/moderation_settings.html", programme=programme, form=form)


@facilitators.route("/programmes/<public_id>/to-tell", methods=["GET", "POST"])
@staff_only(*MODERATORS)
def to_tell(public_id: str) -> str | Response:
    """Decisions whose authors a person must tell, as they wrote or called."""
    programme = programme_or_404(public_id)
    number = page_number(request.args.get("page"))
    rows, total = list_to_tell(programme.id, number, PAGE_SIZE)
    form = ToldForm()
    form.told.choices = [
        Choice(
            row.public_id,
            _("%(channel)s, %(place)s", channel=CHANNEL_TEXT[row.channel], place=row.place_name),
            f"{DECIDED_TEXT[row.kind]}. {row.reason}",
        )
        for row in rows
    ]
    if form.validate_on_submit():
        told = service.mark_told(visible(), public_id, form.told.data)
        flash(ngettext("%(num)d is told.", "%(num)d are told.", told), "success")
        return redirect(url_for("facilitators.to_tell", public_id=public_id), 303)
    return render_template(
        "facilitators/to_tell.html",
        programme=programme,
        form=form,
        page=Page(rows, number, PAGE_SIZE, total),
        channel_text=CHANNEL_TEXT,
        decided_text=DECIDED_TEXT,
    )


@facilitators.get("/programmes/<public_id>/appeals")
@staff_only(*MODERATORS)
def appeals(public_id: str) -> str:
    """Where somebody disagrees with a decision, the oldest first."""
    programme = programme_or_404(public_id)
    return render_template(
        "facilitators/appeals.html",
        programme=programme,
        appeals=waiting_appeals(programme.id),
        decided_text=DECIDED_TEXT,
    )


@facilitators.route("/programmes/<public_id>/appeals/<appeal_id>", methods=["GET", "POST"])
@staff_only(*MODERATORS)
def one_appeal(public_id: str, appeal_id: str) -> str | Response:
    """One appeal, and its answer."""
    programme = programme_or_404(public_id)
    rows: list[AppealRow] = waiting_appeals(programme.id)
    found = next((row for row in rows if row.public_id == appeal_id), None) or abort(404)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            answer_appeal(
                visible(),
                public_id,
                appeal_id,
                form.answer.data,
                upheld=form.upheld.data == "yes",
            )
        except DecidedByYourself:
            form.refuse("upheld", _("You decided about this yourself. Somebody else must answer"))
        except UnknownAppeal:
            flash(_("Somebody else has answered it meanwhile."))
            return redirect(url_for("facilitators.appeals", public_id=public_id), 303)
        else:
            flash(_("Answered. They are told, where we can reach them."), "success")
            return redirect(url_for("facilitators.appeals", public_id=public_id), 303)
    return render_template(
        "facilitators/one_appeal.html",
        programme=programme,
        appeal=found,
        form=form,
        mine=found.decided_by == require_principal().public_id,
        state_text=STATE_TEXT,
        decided_text=DECIDED_TEXT,
    )
