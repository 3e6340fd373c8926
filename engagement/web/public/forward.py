"""Coming forward: who votes without an account may tell something of themselves, or be told."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.credentials import new_token
from engagement.conversations.declaring import Reach, ask_to_be_told, look_at_stop_link
from engagement.conversations.declaring import stop_telling as stop
from engagement.conversations.errors import StopLinkRefused
from engagement.conversations.queries import ConversationRow, find_conversation, token_hash
from engagement.people.participation import come_forward
from engagement.people.questions import QUESTIONS
from engagement.people.rules import ContactBy
from engagement.programmes.rules import Status
from engagement.web.access import anyone
from engagement.web.kit import (
    Choice,
    EmailField,
    KitForm,
    RadiosField,
    TelephoneField,
    TextareaField,
)
from engagement.web.public.conversations import voter_here
from engagement.web.public.door import public
from engagement.web.throttling import limit_network
from engagement.web.visits import current_partnership, sign_in

NEEDED = {
    ContactBy.EMAIL: ("email", _l("Enter the e-mail address that we may write to")),
    ContactBy.PHONE: ("phone", _l("Enter the telephone number that we may call")),
    ContactBy.POST: ("address", _l("Enter the address that we may write to")),
}


class TellForm(KitForm):
    """How somebody wants to hear what happened: one way, and what it needs."""

    contact_by = RadiosField(
        _l("How shall we tell you?"),
        choices=[
            Choice(ContactBy.EMAIL.value, _l("By e-mail")),
            Choice(ContactBy.PHONE.value, _l("By telephone")),
            Choice(ContactBy.POST.value, _l("By post")),
        ],
        missing=_l("Choose how we shall tell you"),
    )
    email = EmailField(_l("E-mail address"), hint=_l("If you chose e-mail"))
    phone = TelephoneField(_l("Telephone number"), hint=_l("If you chose the telephone"))
    address = TextareaField(
        _l("Address"),
        hint=_l("If you chose post"),
        autocomplete="street-address",
        lines=4,
        max_length=500,
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for what the chosen way needs."""
        valid = bool(super().validate(extra_validators))
        if self.contact_by.data in [*ContactBy]:
            field, problem = NEEDED[ContactBy(self.contact_by.data)]
            if not self[field].data and not self[field].errors:
                self.refuse(field, problem)
                return False
        return valid


def tell_words() -> str:
    """The words that somebody agrees to who wants to be told; kept with the consent."""
    return str(
        _(
            "By sending this you agree that %(partnership)s tells you what came of this"
            " conversation, and uses what you enter here for nothing else. You can stop it at any"
            " time on a page of your own.",
            partnership=current_partnership().name,
        )
    )


def _found(public_id: str, activity_id: str) -> ConversationRow:
    found = find_conversation(public_id, activity_id) or abort(404)
    if found.status is Status.DRAFT:
        abort(404)
    return found


def _resident(conversation: ConversationRow) -> int:
    """The key of the resident who is here; whoever was none becomes one, and is signed in."""
    voter = voter_here()
    if voter.resident_id is not None:
        return voter.resident_id
    programme = conversation.programme_id
    resident, token = come_forward(programme, token_hash(programme, voter.browser or new_token()))
    sign_in(token)
    return resident


@public.route(
    "/p/<slug>/programmes/<public_id>/conversation/<activity_id>/tell-me", methods=["GET", "POST"]
)
@anyone
@limit_network
def tell_me(public_id: str, activity_id: str) -> str | Response:
    """Leave a way to be told what happened."""
    conversation, form, words = _found(public_id, activity_id), TellForm(), tell_words()
    if form.validate_on_submit():
        way = ContactBy(form.contact_by.data)
        given = {NEEDED[way][0]: form[NEEDED[way][0]].data}
        told = f"{form.contact_by.label.text}\n{words}"
        ask_to_be_told(_resident(conversation), conversation.public_id, Reach(way, **given), told)
        flash(_("We will tell you what came of it."), "success")
        return redirect(
            url_for("public.vote_on", public_id=public_id, activity_id=activity_id), 303
        )
    return render_template(
        "public/tell_me.html", conversation=conversation, form=form, consent_words=words
    )


@public.route(
    "/p/<slug>/programmes/<public_id>/conversation/<activity_id>/about-me", methods=["GET", "POST"]
)
@anyone
@limit_network
def about_me(public_id: str, activity_id: str) -> str | Response:
    """What telling about oneself means; whoever wants to, goes on to the questions."""
    conversation, form = _found(public_id, activity_id), KitForm()
    if form.validate_on_submit():
        _resident(conversation)
        return redirect(
            url_for(
                "residents.conversation_question",
                activity_id=conversation.public_id,
                key=QUESTIONS[0].key,
            ),
            303,
        )
    return render_template(
        "public/about_me.html",
        conversation=conversation,
        form=form,
        questions=QUESTIONS,
        own=voter_here().resident_id is not None,
    )


@public.route("/p/<slug>/stop/<token>", methods=["GET", "POST"])
@anyone
@limit_network
def stop_telling(token: str) -> str:
    """Stop being told, by the link of a message: opening the page asks, one press stops it."""
    form = KitForm()
    try:
        stands = look_at_stop_link(token)
        if form.validate_on_submit():
            stop(token)
            stands = False
    except StopLinkRefused:
        abort(404)
    return render_template("public/stop_telling.html", form=form, stands=stands)
