"""Coming in with a code from a letter, or with one's own."""

from __future__ import annotations

from flask import redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.people import service
from engagement.people.errors import (
    CodeRefused,
    ReturnWordNotRight,
    ReturnWordTaken,
    ReturnWordTooShort,
)
from engagement.people.rules import LONGEST_RETURN_WORD
from engagement.web.access import anyone
from engagement.web.kit import CodeField, KitForm, TextField
from engagement.web.residents.door import residents
from engagement.web.throttling import limit_network
from engagement.web.visits import page_after_sign_in, sign_in

LETTER = "letter_code"


class CodeForm(KitForm):
    """The code from a letter or a card."""

    code = CodeField(
        _l("Enter your code"),
        missing=_l("Enter the code from your letter or card"),
        hint=_l(
            "It is on your letter or card and looks like AB2CD-3EF4G."
            " Capital or small letters, spaces and dashes do not matter."
        ),
        max_length=40,
    )


class BeginForm(KitForm):
    """The word that lets one back in."""

    return_word = TextField(
        _l("Choose a word to come back with"),
        missing=_l("Enter a word that you will remember"),
        hint=_l(
            "To come back later, you need your code and this word. With the word, nobody else"
            " in your home can see your answers. Choose one that you will remember, with 4"
            " letters or more."
        ),
        autocomplete="off",
        spellcheck=False,
        max_length=LONGEST_RETURN_WORD,
        width=20,
    )


class ReturnForm(KitForm):
    """The word that was chosen before."""

    return_word = TextField(
        _l("What is the word that you chose?"),
        missing=_l("Enter the word that you chose when you began"),
        hint=_l("You chose it when you began. Capital or small letters do not matter."),
        autocomplete="off",
        spellcheck=False,
        max_length=LONGEST_RETURN_WORD,
        width=20,
    )


@residents.route("/enter", methods=["GET", "POST"])
@anyone
@limit_network
def enter_code() -> str | Response:
    """Enter the code."""
    form = CodeForm()
    if form.validate_on_submit():
        try:
            found = service.look_up_code(form.code.data)
            if found.resident_id is not None:
                return _come_in(service.enter_with_member_code(form.code.data))
        except CodeRefused:
            form.refuse(
                "code",
                _(
                    "We do not know this code, or it is too old. Check each letter and number,"
                    " or contact us: we can give you a new code"
                ),
            )
        else:
            session[LETTER] = form.code.data
            return redirect(url_for("residents.welcome"), 303)
    return render_template("residents/enter_code.html", form=form)


@residents.get("/welcome")
@anyone
def welcome() -> str | Response:
    """Begin, or come back."""
    if LETTER not in session:
        return redirect(url_for("residents.enter_code"), 303)
    return render_template("residents/welcome.html")


@residents.route("/begin", methods=["GET", "POST"])
@anyone
@limit_network
def begin() -> str | Response:
    """Begin as a new person."""
    form = BeginForm()
    if LETTER not in session:
        return redirect(url_for("residents.enter_code"), 303)
    if form.validate_on_submit():
        try:
            return _come_in(service.begin_from_letter(session[LETTER], form.return_word.data))
        except ReturnWordTooShort:
            form.refuse("return_word", _("The word must have 4 letters or more"))
        except ReturnWordTaken:
            form.refuse("return_word", _("Somebody in your home has this word. Choose another one"))
        except CodeRefused:
            return redirect(url_for("residents.enter_code"), 303)
    return render_template("residents/begin.html", form=form)


@residents.route("/return", methods=["GET", "POST"])
@anyone
@limit_network
def come_back() -> str | Response:
    """Come back to what one began."""
    form = ReturnForm()
    if LETTER not in session:
        return redirect(url_for("residents.enter_code"), 303)
    if form.validate_on_submit():
        try:
            return _come_in(service.return_to_letter(session[LETTER], form.return_word.data))
        except ReturnWordNotRight:
            form.refuse(
                "return_word",
                _("Nobody began with this code and this word. Check how you spelt the word"),
            )
        except CodeRefused:
            return redirect(url_for("residents.enter_code"), 303)
    return render_template("residents/come_back.html", form=form)


def _come_in(token: str) -> Response:
    sign_in(token)
    return redirect(page_after_sign_in(url_for("residents.home")), 303)
