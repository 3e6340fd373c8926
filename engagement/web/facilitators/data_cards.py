"""Data cards of a programme: made of official figures or of a table, and published for good."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.documents.sheets import NotATable
from engagement.programmes.queries import ProgrammeName, find_name
from engagement.prompts import service
from engagement.prompts.errors import CardIsPublished, NoSuchFigure, TableHasFaults, UnknownCard
from engagement.prompts.official import (
    ENGLAND,
    Asked,
    facts_about,
    figures_on_offer,
    make_official_card,
    places_on_offer,
)
from engagement.prompts.queries import CardRow, cards_of_programme, find_card
from engagement.prompts.rules import LONGEST_TITLE, LONGEST_WORDS, CardWords, figure_text
from engagement.prompts.service import Facts, OwnTable
from engagement.web.access import staff_only
from engagement.web.data_cards import show_card
from engagement.web.facilitators.door import facilitators
from engagement.web.faults import faults_table
from engagement.web.kit import FileField, KitForm, SelectField, Table, TextareaField, TextField
from engagement.web.visits import require_principal

MAKERS = (Role.FACILITATOR, Role.OFFICER)


class WordsForm(KitForm):
    """What a person writes on a card."""

    title = TextField(
        _l("Title"),
        missing=_l("Enter a title"),
        hint=_l("What the figure is about, such as: How long people live here"),
        max_length=LONGEST_TITLE,
    )
    plain_words = TextareaField(
        _l("What this means, in plain words"),
        missing=_l("Say in plain words what the figure means"),
        hint=_l("As you would say it to a neighbour, with the comparison."),
        lines=4,
        max_length=LONGEST_WORDS,
    )
    caveat = TextareaField(
        _l("What the figure does not tell"),
        missing=_l("Say how far the figure goes: who or what is not in it, how old it is"),
        hint=_l("Such as: It is for the whole council. Streets differ."),
        lines=3,
        max_length=LONGEST_WORDS,
    )

    def words(self) -> CardWords:
        """What was written."""
        return CardWords(self.title.data, self.plain_words.data, self.caveat.data)


class TableForm(WordsForm):
    """A card of a table of one's own."""

    file = FileField(
        _l("Table, as a CSV file"),
        missing=_l("Choose a CSV file"),
        hint=_l(
            "Columns name, value and unit; if you like, group and people. First the figure that the"
            " card tells, then what it is compared with."
        ),
        accept=[".csv"],
    )
    source = TextField(
        _l("Source"),
        missing=_l("Say whose figures these are"),
        hint=_l("Who counted, and where it was published if it was."),
        max_length=300,
    )
    period = TextField(
        _l("Time that the figures are about"),
        missing=_l("Say which time the figures are about, such as 2025/26"),
        max_length=60,
    )


class AskedForm(KitForm):
    """Which official figure, about where; sent in the address."""

    class Meta(KitForm.Meta):
        csrf = False

    figure = SelectField(_l("Figure"), missing=_l("Choose a figure"), prompt=_l("Choose a figure"))
    place = SelectField(_l("Place"), missing=_l("Choose a place"), prompt=_l("Choose a place"))
    against = SelectField(
        _l("Compared with"), missing=_l("Choose a place to compare with"), default=ENGLAND
    )

    def asked(self) -> Asked:
        """What was chosen."""
        return Asked(self.figure.data, self.place.data, self.against.data)


def visible() -> frozenset[int] | None:
    """The programmes of which one may make cards."""
    return require_principal().programmes_with(*MAKERS)


def named(public_id: str) -> ProgrammeName:
    """The name of a programme of which one may make cards; otherwise there is no such page."""
    return find_name(visible(), public_id) or abort(404)


def _card(programme_id: int, card_id: str) -> CardRow:
    return find_card(programme_id, card_id) or abort(404)


def _replaced(programme_id: int) -> CardRow | None:
    """The published card that a new one is to take the place of, as the address says."""
    card_id = request.args.get("replaces")
    if not card_id:
        return None
    card = _card(programme_id, card_id)
    if card.published_at is None or card.replaced_at is not None:
        abort(404)
    return card


@facilitators.get("/programmes/<public_id>/cards")
@staff_only(*MAKERS)
def cards(public_id: str) -> str:
    """All cards of a programme."""
    programme = named(public_id)
    return render_template(
        "facilitators/cards.html", programme=programme, cards=cards_of_programme(programme.id)
    )


@facilitators.get("/programmes/<public_id>/cards/official")
@staff_only(*MAKERS)
def choose_figure(public_id: str) -> str | Response:
    """Choose an official figure and two places; the next page shows it and takes the words."""
    programme = named(public_id)
    form = AskedForm(request.args)
    form.figure.choices = [(choice.key, choice.name) for choice in figures_on_offer()]
    form.place.choices = form.against.choices = places_on_offer(programme.id)
    if "figure" in request.args and form.validate():
        try:
            facts_about(form.asked())
        except NoSuchFigure:
            form.refuse("against", _("There is no such figure for both places: choose others"))
        else:
            return redirect(
                url_for(
                    "facilitators.official_card",
                    public_id=public_id,
                    figure=form.figure.data,
                    place=form.place.data,
                    against=form.against.data,
                    replaces=request.args.get("replaces"),
                ),
                303,
            )
    return render_template(
        "facilitators/card_figure.html",
        programme=programme,
        form=form,
        replaces=request.args.get("replaces", ""),
        is_empty=not form.figure.choices,
    )


@facilitators.route("/programmes/<public_id>/cards/official/words", methods=["GET", "POST"])
@staff_only(*MAKERS)
def official_card(public_id: str) -> str | Response:
    """The words of a card about an official figure, which is looked up again when it is made."""
    programme = named(public_id)
    asked = Asked(*(request.args.get(name, "") for name in ("figure", "place", "against")))
    try:
        facts = facts_about(asked)
    except NoSuchFigure:
        return redirect(url_for("facilitators.choose_figure", public_id=public_id), 303)
    older = _replaced(programme.id)
    form = WordsForm(obj=older.words if older else None)
    if form.validate_on_submit():
        made = make_official_card(
            visible(), public_id, form.words(), asked, older.public_id if older else None
        )
        return _look_at(public_id, made)
    return render_template(
        "facilitators/card_form.html",
        programme=programme,
        form=form,
        told=_told(facts),
        older=older,
        faults=None,
    )


def _told(facts: Facts) -> list[tuple[Any, Any]]:
    """The figures as the page shows them above the words."""
    return [
        *((figure.name, figure_text(figure)) for figure in facts.figures),
        (_("Time"), facts.period),
        (_("Source"), facts.source),
    ]


@facilitators.route("/programmes/<public_id>/cards/table", methods=["GET", "POST"])
@staff_only(*MAKERS)
def table_card(public_id: str) -> str | Response:
    """A card of a table of one's own, with all that is wrong in it."""
    programme = named(public_id)
    older = _replaced(programme.id)
    form = TableForm(obj=older.words if older else None)
    faults: Table | None = None
    if form.validate_on_submit():
        table = OwnTable(form.file.data.read(), form.source.data, form.period.data)
        try:
            made = service.make_table_card(
                visible(), public_id, form.words(), table, older.public_id if older else None
            )
        except NotATable as error:
            form.refuse("file", _(str(error)))
        except TableHasFaults as error:
            form.refuse("file", _("This table cannot be shown yet: see below what to change"))
            faults = faults_table(error.faults)
        else:
            return _look_at(public_id, made)
    return render_template(
        "facilitators/card_form.html",
        programme=programme,
        form=form,
        told=[],
        older=older,
        faults=faults,
    )


def _look_at(public_id: str, card_id: str) -> Response:
    flash(_("The card is made. Nobody but staff sees it until you publish it."), "success")
    return redirect(url_for("facilitators.card", public_id=public_id, card_id=card_id), 303)


@facilitators.route("/programmes/<public_id>/cards/<card_id>", methods=["GET", "POST"])
@staff_only(*MAKERS)
def card(public_id: str, card_id: str) -> str | Response:
    """A card as residents see it; until it is published, its words can be changed."""
    programme = named(public_id)
    found = _card(programme.id, card_id)
    form = WordsForm(obj=found.words)
    if form.validate_on_submit():
        return _done(
            lambda: service.change_card_words(visible(), public_id, card_id, form.words()),
            _("The words are changed."),
            url_for("facilitators.card", public_id=public_id, card_id=card_id),
        )
    return render_template(
        "facilitators/card.html", programme=programme, shown=show_card(found), form=form
    )


def _done(change: Callable[[], None], words: str, address: str) -> Response:
    """Make a change of a card and say so."""
    try:
        change()
    except UnknownCard:
        abort(404)
    except CardIsPublished:
        flash(_("A published card never changes. Make a new one that takes its place."))
    else:
        flash(words, "success")
    return redirect(address, 303)


@facilitators.post("/programmes/<public_id>/cards/<card_id>/publish")
@staff_only(*MAKERS)
def publish_card(public_id: str, card_id: str) -> Response:
    """Show a card to everyone, for good."""
    named(public_id)
    return _done(
        lambda: service.publish_card(visible(), public_id, card_id),
        _("The card is published. Now it can stand before a question."),
        url_for("facilitators.card", public_id=public_id, card_id=card_id),
    )


@facilitators.post("/programmes/<public_id>/cards/<card_id>/delete")
@staff_only(*MAKERS)
def delete_card(public_id: str, card_id: str) -> Response:
    """Throw a card away that was never published."""
    named(public_id)
    return _done(
        lambda: service.delete_card(visible(), public_id, card_id),
        _("The card is deleted."),
        url_for("facilitators.cards", public_id=public_id),
    )
