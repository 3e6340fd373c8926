"""Surveys on their way: sent to members, filled in with somebody, and what they found."""

from __future__ import annotations

from io import BytesIO

from flask import Response as FileResponse
from flask import abort, flash, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.contributions.errors import NotOpen
from engagement.contributions.rules import Channel, ConsentHow
from engagement.membership.asking import Question
from engagement.membership.errors import NobodyToAsk
from engagement.membership.records import samples_of
from engagement.messages.service import absolute_link
from engagement.panels.queries import panels_of
from engagement.programmes.rules import ActivityKind, Status
from engagement.surveys import service
from engagement.surveys.answering import Quoting, begin_for, keep_answers, send_answers
from engagement.surveys.errors import AnswersMissing, BadAnswer, NotAsked
from engagement.surveys.files import answers_file, columns_file
from engagement.surveys.queries import SurveyRow, asked_member, find_response, sheet_of
from engagement.surveys.rules import Sheet
from engagement.web.access import staff_only
from engagement.web.facilitators.data_cards import MAKERS, visible
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.surveys import HERE, survey_here, survey_page, to_survey
from engagement.web.kit import (
    Choice,
    KitForm,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
)
from engagement.web.survey_forms import QUOTE, checked_rows, set_form, set_number
from engagement.web.survey_words import results_of
from engagement.web.visits import current_partnership
from engagement.web.words import CHANNEL_TEXT

WAYS = (Channel.PHONE, Channel.FACE_TO_FACE, Channel.PAPER)


class SendForm(KitForm):
    """Whom to ask, and in which words."""

    whom = SelectField(_l("Whom do you ask?"), missing=_l("Choose whom you ask"))
    title = TextField(
        _l("What is it about?"),
        missing=_l("Enter what it is about, in a line"),
        hint=_l("Members see it first, as the subject of their e-mail."),
        max_length=150,
    )
    words = TextareaField(
        _l("What do you want to say?"),
        missing=_l("Enter what you want to say to members"),
        hint=_l("What you ask, how long it takes, until when. The link to the survey is added."),
        lines=8,
        max_length=5_000,
    )


class EnterForm(KitForm):
    """With whom an answer sheet is filled in."""

    channel = RadiosField(
        _l("How does it reach us?"),
        missing=_l("Choose how it reaches us"),
        choices=[Choice(way.value, CHANNEL_TEXT[way]) for way in WAYS],
    )
    reference = TextField(
        _l("Reference of a member who was asked (optional)"),
        hint=_l("Eight letters and digits, on the list of whom to call. Empty for anybody else."),
        max_length=20,
        width=10,
    )


class ShowForm(KitForm):
    """One button."""


@facilitators.route(f"{HERE}/send", methods=["GET", "POST"])
@staff_only(*MAKERS)
def survey_send(public_id: str, activity_id: str) -> str | Response:
    """Ask members of a standing panel, or a part that was drawn, to answer."""
    row = survey_here(public_id, activity_id)
    form = SendForm(data={"title": row.title})
    form.whom.choices = _whom(row)
    if not form.whom.choices:
        return survey_page("facilitators/survey_no_panel.html", row)
    if row.status is not Status.OPEN:
        flash(_("It is not open now. Publish it first, so that members can answer at once."))
        return to_survey(row)
    if form.validate_on_submit():
        panel, _bar, lottery = form.whom.data.partition("|")
        link = absolute_link(
            "public.survey",
            slug=current_partnership().slug,
            public_id=public_id,
            activity_id=activity_id,
        )
        question = Question(form.title.data, form.words.data)
        try:
            service.send_survey(
                visible(), public_id, activity_id, panel, question, link, lottery=lottery
            )
        except NobodyToAsk:
            form.form_errors.append(
                _("Nobody may be asked now: all pause, or were asked as often as they chose.")
            )
        else:
            flash(_("Asked. E-mails are on their way; the panel’s page lists whom to call."))
            return to_survey(row)
    return survey_page(
        "facilitators/survey_form.html", row, form=form, title=_("Send it to members")
    )


def _whom(row: SurveyRow) -> list[tuple[str, str]]:
    """Standing panels of the programme, and the parts of them that were drawn."""
    kind = ActivityKind.COMMUNITY_PANEL
    panels = {one.id: one for one in panels_of(row.programme_id) if one.kind is kind}
    samples = samples_of(list(panels)) if panels else []
    return [
        *(
            (panel.public_id, _("All members of “%(panel)s”", panel=panel.title))
            for panel in panels.values()
        ),
        *(
            (f"{panels[of].public_id}|{one.public_id}", f"{panels[of].title}: {one.name}")
            for of, one in samples
        ),
    ]


@facilitators.route(f"{HERE}/enter", methods=["GET", "POST"])
@staff_only(*MAKERS)
def survey_enter(public_id: str, activity_id: str) -> str | Response:
    """Begin an answer sheet with somebody at the telephone or at a table, or from a paper."""
    row = survey_here(public_id, activity_id)
    form = EnterForm()
    if form.validate_on_submit() and row.id is not None:
        typed = form.reference.data.replace(" ", "").upper()
        member = asked_member(row.id, typed) if typed else None
        if typed and member is None:
            form.refuse("reference", _("Nobody with this reference was asked to answer"))
        else:
            try:
                made = begin_for(activity_id, Channel(form.channel.data), member)
            except NotOpen:
                flash(_("It is not open now, so nothing can be entered."))
                return to_survey(row)
            except NotAsked:
                form.refuse("reference", _("It is for members who were asked: enter a reference"))
            else:
                sheet = find_response(row.id, made)
                if sheet is not None and sheet.channel is not Channel.ONLINE:
                    return to_survey(row, "survey_entry", response_id=made, page=1)
                message = _("This member began to answer online, and alone can change the answers")
                form.refuse("reference", message)
    return survey_page(
        "facilitators/survey_form.html", row, form=form, title=_("Fill one in with somebody")
    )


@facilitators.route(f"{HERE}/entry/<response_id>/page/<page>", methods=["GET", "POST"])
@staff_only(*MAKERS)
def survey_entry(public_id: str, activity_id: str, response_id: str, page: str) -> str | Response:
    """One set of an answer sheet that is filled in with somebody."""
    row = survey_here(public_id, activity_id)
    response = find_response(row.id, response_id) if row.id is not None else None
    if response is None or response.channel is Channel.ONLINE or row.id is None:
        abort(404)
    sheet = sheet_of(row.id, response)
    number = set_number(page, sheet)
    form = set_form(row.programme_id, sheet, number, response)
    typed = request.form.get("form") == "set"
    try:
        if typed and form.check():
            given, quoted = form.given(), form.quoted()
            quoting = Quoting(str(QUOTE), _agreed(response.channel))
            keep_answers(activity_id, response_id, number, given, quoted, quoting)
            following = Sheet(sheet.questions, {**sheet.answers, **given}).after(number)
            if following is not None:
                return to_survey(row, "survey_entry", response_id=response_id, page=following)
            send_answers(activity_id, response_id)
            flash(_("The answers are in, and count."), "success")
            return to_survey(row)
    except BadAnswer as wrong:
        form.refuse(wrong.key)
    except AnswersMissing as missing:
        at = next(one.page for one in sheet.questions if one.key == missing.key)
        flash(_("Not yet sent: this question needs an answer, or “Prefer not to say”."))
        return to_survey(row, "survey_entry", response_id=response_id, page=at)
    except NotOpen:
        flash(_("It has closed meanwhile: what was entered before counts once it is sent."))
        return to_survey(row)
    return survey_page(
        "facilitators/survey_entry.html",
        row,
        form=form,
        number=sheet.pages.index(number) + 1,
        count=len(sheet.pages),
        rows=checked_rows(sheet),
        channel=CHANNEL_TEXT[response.channel],
    )


def _agreed(channel: Channel) -> ConsentHow:
    return ConsentHow.PAPER if channel is Channel.PAPER else ConsentHow.SPOKEN


@facilitators.route(f"{HERE}/results", methods=["GET", "POST"])
@staff_only(*MAKERS)
def survey_results(public_id: str, activity_id: str) -> str | Response:
    """What people answered, for staff; and whether everyone sees it."""
    row = survey_here(public_id, activity_id)
    if row.id is None:
        abort(404)
    form = ShowForm()
    if form.validate_on_submit():
        shown = request.form.get("shown") == "yes"
        service.publish_results(visible(), public_id, activity_id, shown=shown)
        flash(_("Everyone sees the results now.") if shown else _("Staff alone see them now."))
        return to_survey(row, "survey_results")
    return survey_page(
        "facilitators/survey_results.html",
        row,
        results=results_of(row),
        form=form,
        address=url_for("public.survey_results", public_id=public_id, activity_id=activity_id),
    )


@facilitators.post(f"{HERE}/answers/<table>")
@staff_only(*MAKERS)
def survey_file(public_id: str, activity_id: str, table: str) -> FileResponse:
    """Download the answers, or what their columns are."""
    row = survey_here(public_id, activity_id)
    make = {"answers": answers_file, "columns": columns_file}.get(table) or abort(404)
    if row.id is None:
        abort(404)
    return send_file(
        BytesIO(make(visible(), public_id, activity_id)),
        mimetype="text/csv",
        as_attachment=True,
        download_name=f"survey-{table}.csv",
        etag=False,
    )
