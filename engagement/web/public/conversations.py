"""Voting on what others said, without an account: one statement a page, and one's own votes."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.credentials import new_token
from engagement.contributions.errors import NothingSaid, NotOpen, SaidEnough
from engagement.contributions.service import Said
from engagement.conversations.errors import (
    SaidAlready,
    StatementTooLong,
    TakesNoStatements,
    UnknownStatement,
)
from engagement.conversations.queries import (
    ConversationRow,
    find_conversation,
    next_statement,
    own_place,
    own_votes,
)
from engagement.conversations.rules import LONGEST_STATEMENT, Stance, Voter
from engagement.conversations.service import add_statement
from engagement.conversations.voting import take_vote_back, vote
from engagement.programmes.rules import Status
from engagement.web.access import anyone
from engagement.web.activity_words import language_attributes
from engagement.web.help_now import remember_help
from engagement.web.kit import CheckboxesField, Choice, KitForm, Page, TextareaField, page_number
from engagement.web.once import sent_once
from engagement.web.public.door import public
from engagement.web.public.speaking import enough_words, speaking_resident
from engagement.web.speaking_forms import CONSENT
from engagement.web.throttling import limit_network, limit_new_browser
from engagement.web.words import STANCE_TEXT

SKIP, TAKE_BACK = "skip", "take back"
MOST_SKIPPED = 40
PAGE_SIZE = 20


class StatementForm(KitForm):
    """A statement of one's own."""

    words = TextareaField(
        _l("Your statement"),
        missing=_l("Write what you want others to agree or disagree with"),
        hint=_l("Say one thing, in a sentence or two. Please do not name anybody."),
        lines=3,
        count=True,
        max_length=LONGEST_STATEMENT,
    )
    may_quote = CheckboxesField(
        _l("May we show it to others?"),
        missing=_l("Tick that we may show it, since others are to vote on it"),
        choices=[Choice("yes", CONSENT)],
    )


def _found(public_id: str, activity_id: str) -> ConversationRow:
    found = find_conversation(public_id, activity_id) or abort(404)
    if found.status is Status.DRAFT:
        abort(404)
    return found


def voter_here(*, new: bool = False) -> Voter:
    """Whoever is here; with ``new``, somebody unknown is known from now on."""
    resident = speaking_resident()
    if new and resident is None and "visitor" not in session:
        limit_new_browser()
        session["visitor"] = new_token()
    return Voter(session.get("visitor", ""), resident)


def _skipped() -> list[int]:
    return [number for number in session.get("skipped", []) if isinstance(number, int)]


def conversation_closed(
    conversation: ConversationRow, *, too_late: bool = False, typed: str = ""
) -> str:
    """A word that it is not open; what was sent meanwhile is not counted, and given back."""
    return render_template(
        "public/conversation_closed.html",
        conversation=conversation,
        too_late=too_late,
        words=typed,
    )


@public.route(
    "/p/<slug>/programmes/<public_id>/conversation/<activity_id>", methods=["GET", "POST"]
)
@anyone
def vote_on(public_id: str, activity_id: str) -> str | Response:
    """One statement with its answers; they lead on to the next."""
    conversation = _found(public_id, activity_id)
    if conversation.status is not Status.OPEN:
        return conversation_closed(conversation, too_late=request.method == "POST")
    here = redirect(url_for("public.vote_on", public_id=public_id, activity_id=activity_id), 303)
    if request.method == "POST":
        try:
            _take(conversation)
        except NotOpen:  # it closed in this very moment
            return conversation_closed(conversation, too_late=True)
        return here
    voter = voter_here()
    own, skipped = own_place(conversation, voter), _skipped()
    one = next_statement(conversation, own, voter, skipped)
    return render_template(
        "public/vote_on.html",
        conversation=conversation,
        one=one,
        answered=own.answered,
        seen_before=one is not None and one.number in skipped,
        attributes=language_attributes(one.language if one else ""),
        own=voter.resident_id is not None,
        skip=SKIP,
    )


def _take(conversation: ConversationRow) -> None:
    """Take what was pressed: an answer, or that one would rather not answer this one."""
    pressed, key = request.form.get("vote", ""), request.form.get("statement", "")
    if pressed == SKIP:
        number = request.form.get("number", "")
        if number.isascii() and number.isdigit() and len(number) < 10:
            kept = [known for known in _skipped() if known != int(number)]
            session["skipped"] = [*kept, int(number)][-MOST_SKIPPED:]
        return
    if pressed not in [*Stance]:
        flash(_("Nothing was counted: press one of the answers."))
        return
    try:
        vote(conversation.public_id, key, Stance(pressed), voter_here(new=True))
    except UnknownStatement:
        flash(_("That statement has been taken out meanwhile. Here is another."))


@public.route(
    "/p/<slug>/programmes/<public_id>/conversation/<activity_id>/mine", methods=["GET", "POST"]
)
@anyone
def my_votes(public_id: str, activity_id: str) -> str | Response:
    """What one answered, to change it or take it back until the close."""
    conversation = _found(public_id, activity_id)
    voter = voter_here()
    if request.method == "POST":
        if conversation.status is not Status.OPEN:
            return conversation_closed(conversation, too_late=True)
        try:
            _change(conversation)
        except NotOpen:
            return conversation_closed(conversation, too_late=True)
        return redirect(request.full_path.rstrip("?"), 303)
    number = page_number(request.args.get("page"))
    rows, total = own_votes(conversation, voter, number, PAGE_SIZE)
    return render_template(
        "public/my_votes.html",
        conversation=conversation,
        page=Page(rows, number, PAGE_SIZE, total) if rows or number > 1 else None,
        stance_text=STANCE_TEXT,
        stances=list(Stance),
        attributes=language_attributes,
        take_back=TAKE_BACK,
        own=voter.resident_id is not None,
        is_open=conversation.status is Status.OPEN,
    )


def _change(conversation: ConversationRow) -> None:
    pressed, key = request.form.get("vote", ""), request.form.get("statement", "")
    voter = voter_here(new=True)
    try:
        if pressed == TAKE_BACK:
            take_vote_back(conversation.public_id, key, voter)
            flash(_("Your answer is taken back."), "success")
        elif pressed in [*Stance]:
            vote(conversation.public_id, key, Stance(pressed), voter)
            flash(_("Your answer is changed."), "success")
        else:
            flash(_("Nothing was changed: press one of the answers."))
    except UnknownStatement:
        flash(_("That statement has been taken out meanwhile. Your answer stays as it was."))


@public.route(
    "/p/<slug>/programmes/<public_id>/conversation/<activity_id>/add", methods=["GET", "POST"]
)
@anyone
@limit_network
def add_own(public_id: str, activity_id: str) -> str | Response:
    """A statement of one's own, for others to agree or disagree with."""
    conversation = _found(public_id, activity_id)
    if conversation.status is not Status.OPEN:
        typed = request.form.get("words", "")
        return conversation_closed(conversation, too_late=request.method == "POST", typed=typed)
    if not conversation.takes_statements:
        return render_template("public/no_statements.html", conversation=conversation)
    form = StatementForm()
    if form.validate_on_submit():
        try:
            said = Said(form.words.data, "", True, consent_wording=str(CONSENT))
            voter = voter_here(new=True)
            key = add_statement(conversation.public_id, said, voter, once=sent_once())
        except NotOpen:
            return conversation_closed(conversation, too_late=True, typed=form.words.data)
        except TakesNoStatements:
            return render_template("public/no_statements.html", conversation=conversation)
        except SaidAlready:
            form.refuse("words", _("Somebody has said this already. Write it if you mean more"))
        except SaidEnough as enough:
            form.refuse("words", enough_words(enough))
        except (NothingSaid, StatementTooLong):
            form.refuse("words", _("Write one thing, in 300 characters or fewer"))
        else:
            remember_help(key)
            return redirect(
                url_for("public.said", public_id=public_id, then=conversation.public_id), 303
            )
    return render_template(
        "public/add_own.html",
        conversation=conversation,
        form=form,
        own=speaking_resident() is not None,
    )
