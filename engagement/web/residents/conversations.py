"""Telling about oneself for a map of opinions: one question a page, with consent for each."""

from __future__ import annotations

from flask import abort, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.conversations.declaring import declare
from engagement.conversations.queries import ConversationRow, conversation_named
from engagement.people.queries import own_answers
from engagement.people.questions import BY_KEY, QUESTIONS
from engagement.web.access import residents_only
from engagement.web.residents.about import FORMS
from engagement.web.residents.door import residents
from engagement.web.visits import current_partnership, require_principal


def map_words() -> str:
    """The words that somebody agrees to by saving an answer here; kept with the consent."""
    return str(
        _(
            "By saving an answer you agree that %(partnership)s keeps it, to see who is taking part"
            " and who is not, and to see in open conversations what unites groups of eight people"
            " or more. It is kept apart from what you say. You can take it back at any time.",
            partnership=current_partnership().name,
        )
    )


@residents.route("/conversations/<activity_id>/questions/<key>", methods=["GET", "POST"])
@residents_only
def conversation_question(activity_id: str, key: str) -> str | Response:
    """One question; saving or skipping leads on to the next, and then back to the statements."""
    conversation = conversation_named(activity_id) or abort(404)
    question = BY_KEY.get(key) or abort(404)
    principal = require_principal()
    form = FORMS[key](data={"answer": own_answers(principal.id).get(key)})
    words, after = map_words(), _after(conversation, key)
    if form.validate_on_submit():
        shown = f"{question.title}\n{question.why}\n{words}"
        declare(principal.id, key, form.answer.data, shown)
        return redirect(after, 303)
    return render_template(
        "residents/conversation_question.html",
        conversation=conversation,
        form=form,
        question=question,
        consent_words=words,
        number=QUESTIONS.index(question) + 1,
        count=len(QUESTIONS),
        skip_url=after,
    )


def _after(conversation: ConversationRow, key: str) -> str:
    place = QUESTIONS.index(BY_KEY[key]) + 1
    if place < len(QUESTIONS):
        return url_for(
            "residents.conversation_question",
            activity_id=conversation.public_id,
            key=QUESTIONS[place].key,
        )
    return url_for(
        "public.vote_on",
        public_id=conversation.programme_public_id,
        activity_id=conversation.public_id,
    )
