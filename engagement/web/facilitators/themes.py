"""Themes: finding them, looking at what is under each, naming and merging them by hand."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.contributions.queries import count_corpus
from engagement.insight import service
from engagement.insight.errors import CannotMergeIntoItself, UnknownTheme
from engagement.insight.evidence import passages_of
from engagement.insight.queries import (
    ThemeRow,
    find_theme,
    last_analysis,
    list_themes,
    theme_titles,
)
from engagement.programmes.queries import ProgrammeName, find_name
from engagement.runs.errors import RunNotFound
from engagement.runs.queries import get_run
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.kit import KitForm, SelectField, TextField
from engagement.web.visits import require_principal

SENSE_MAKERS = (Role.FACILITATOR, Role.OFFICER)
PASSAGES = 30


class NameForm(KitForm):
    """A theme's name."""

    name = TextField(
        _l("Name"),
        hint=_l("In people’s own words where you can. Leave it empty for the method’s own words."),
        max_length=service.NAME_LENGTH,
    )


class MergeForm(KitForm):
    """Where a theme belongs."""

    into = SelectField(
        _l("Make it a part of"), missing=_l("Choose a theme"), prompt=_l("Choose a theme")
    )


def _visible() -> frozenset[int] | None:
    return require_principal().programmes_with(*SENSE_MAKERS)


def _programme(public_id: str) -> ProgrammeName:
    return find_name(_visible(), public_id) or abort(404)


def _theme(programme: ProgrammeName, public_id: str) -> ThemeRow:
    return find_theme(programme.id, public_id) or abort(404)


@facilitators.get("/programmes/<public_id>/themes")
@staff_only(*SENSE_MAKERS)
def themes(public_id: str) -> str:
    """What people spoke of, most often first."""
    programme = _programme(public_id)
    analysis = last_analysis(programme.id)
    return render_template(
        "facilitators/themes.html",
        programme=programme,
        themes=list_themes(programme.id) if analysis else [],
        analysis=analysis,
        count=None if analysis else count_corpus(programme.id),
        is_officer=Role.OFFICER in require_principal().all_roles,
    )


@facilitators.post("/programmes/<public_id>/themes")
@staff_only(*SENSE_MAKERS)
def find_themes(public_id: str) -> Response:
    """Ask for the themes to be found; it is done in the background."""
    programme = _programme(public_id)
    run = service.request_themes(_visible(), programme.public_id)
    return redirect(url_for("facilitators.finding_themes", public_id=public_id, run_id=run), 303)


@facilitators.get("/programmes/<public_id>/themes/runs/<run_id>")
@staff_only(*SENSE_MAKERS)
def finding_themes(public_id: str, run_id: str) -> str | tuple[str, int]:
    """How far finding the themes is; what went wrong, if anything."""
    programme = _programme(public_id)
    try:
        found = get_run(run_id)
    except RunNotFound:
        abort(404)
    if found.run.kind != "themes" or found.arguments.get("programme") != public_id:
        abort(404)
    values = {"programme": programme, "run": found.run}
    if request.headers.get("HX-Request"):
        # 286 tells the page to stop asking.
        return render_template("facilitators/finding_progress.html", **values), (
            286 if found.run.has_ended else 200
        )
    return render_template("facilitators/finding_themes.html", **values)


@facilitators.route("/programmes/<public_id>/themes/<theme_id>", methods=["GET", "POST"])
@staff_only(*SENSE_MAKERS)
def theme(public_id: str, theme_id: str) -> str | Response:
    """What is under a theme; the form names it."""
    programme = _programme(public_id)
    one = _theme(programme, theme_id)
    form = NameForm(data={"name": one.name})
    if form.validate_on_submit():
        service.rename_theme(_visible(), public_id, one.public_id, form.name.data)
        flash(_("The theme has its name, and keeps it when themes are found again."), "success")
        return _to(public_id, one.public_id)
    return render_template(
        "facilitators/theme.html",
        programme=programme,
        theme=one,
        form=form,
        merge_form=_merge_form(programme, one),
        passages=passages_of(one.id, PASSAGES),
    )


def _merge_form(programme: ProgrammeName, one: ThemeRow) -> MergeForm:
    form = MergeForm()
    form.into.choices = [
        (other, title) for other, title in theme_titles(programme.id) if other != one.public_id
    ]
    return form


def _to(public_id: str, theme_id: str) -> Response:
    return redirect(url_for("facilitators.theme", public_id=public_id, theme_id=theme_id), 303)


@facilitators.post("/programmes/<public_id>/themes/<theme_id>/merge")
@staff_only(*SENSE_MAKERS)
def merge_theme(public_id: str, theme_id: str) -> Response:
    """Make a theme a part of another."""
    programme = _programme(public_id)
    one = _theme(programme, theme_id)
    form = _merge_form(programme, one)
    if not form.validate_on_submit():
        flash(_("Choose the theme that it belongs to."))
        return _to(public_id, theme_id)
    try:
        service.merge_themes(_visible(), public_id, one.public_id, form.into.data)
    except (UnknownTheme, CannotMergeIntoItself):
        abort(404)
    flash(_("The two are one theme now, and stay so when themes are found again."), "success")
    return _to(public_id, form.into.data)


@facilitators.post("/programmes/<public_id>/themes/<theme_id>/take-apart")
@staff_only(*SENSE_MAKERS)
def take_theme_apart(public_id: str, theme_id: str) -> Response:
    """Make a merged theme stand for itself again."""
    _programme(public_id)
    try:
        service.take_apart(_visible(), public_id, theme_id)
    except UnknownTheme:
        abort(404)
    flash(_("It stands for itself again."), "success")
    return _to(public_id, theme_id)
