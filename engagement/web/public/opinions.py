"""What people agree and disagree about, for everyone to see once it is published."""

from __future__ import annotations

from flask import abort, render_template, url_for

from engagement.conversations.overview import latest_map, shown_statements
from engagement.conversations.queries import find_conversation
from engagement.insight.evidence import with_a_page
from engagement.programmes.rules import Status
from engagement.web.access import anyone
from engagement.web.opinion_words import numbers_in, results
from engagement.web.public.door import public


@public.get("/p/<slug>/programmes/<public_id>/conversation/<activity_id>/results")
@anyone
def opinions(public_id: str, activity_id: str) -> str:
    """The latest map that was published, in words too."""
    conversation = find_conversation(public_id, activity_id) or abort(404)
    if conversation.status is Status.DRAFT:
        abort(404)
    row = latest_map(conversation.id, published=True)
    statements = shown_statements(conversation.id, numbers_in(row)) if row else {}
    said = [one.contribution for one in statements.values() if one.contribution]
    there = with_a_page(conversation.programme_id, said)

    def words_url(contribution: str) -> str:
        if contribution not in there:
            return ""
        return url_for("public.words", public_id=public_id, contribution_id=contribution)

    return render_template(
        "public/opinions.html",
        conversation=conversation,
        results=results(row, statements) if row else None,
        words_url=words_url,
    )
