"""The portal: what a partnership asks, open to everyone, to be found by place, topic and state."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from engagement.messages.service import absolute_link
from engagement.panels.queries import panels_of
from engagement.programmes.queries import (
    Wanted,
    activities_of,
    find_activity,
    find_published,
    find_published_programme,
    places_of_published,
)
from engagement.programmes.rules import ActivityKind, Status, Topic
from engagement.prompts.queries import around
from engagement.web.access import anyone
from engagement.web.activity_words import asking, show_wordings
from engagement.web.kit import KitForm, Page, SelectField, TextField, page_number
from engagement.web.public.door import public
from engagement.web.visits import current_partnership, present
from engagement.web.words import KIND_TEXT, STATUS_COLOUR, STATUS_TEXT, TOPIC_TEXT

PAGE_SIZE = 20
FEED_SIZE = 50


class FindForm(KitForm):
    """What somebody looks for; sent in the address, so that a search can be kept and passed on."""

    class Meta(KitForm.Meta):
        csrf = False

    words = TextField(_l("Words"), max_length=100)
    place = SelectField(_l("Place"), prompt=_l("Anywhere"))
    topic = SelectField(
        _l("Topic"),
        prompt=_l("Any topic"),
        choices=[(topic.value, text) for topic, text in TOPIC_TEXT.items()],
    )
    status = SelectField(
        _l("Open or closed"),
        prompt=_l("Either"),
        choices=[(one.value, STATUS_TEXT[one]) for one in (Status.OPEN, Status.CLOSED)],
    )
    way = SelectField(
        _l("How to take part"),
        prompt=_l("Any way"),
        choices=[(kind.value, text) for kind, text in KIND_TEXT.items()],
    )

    def wanted(self) -> Wanted:
        """What was asked for; an answer that is not among the choices asks for nothing."""
        self.validate()
        given = {field.name: "" if field.errors else field.data or "" for field in self}
        return Wanted(
            given["words"],
            given["place"],
            Topic(given["topic"]) if given["topic"] else None,
            Status(given["status"]) if given["status"] else None,
            ActivityKind(given["way"]) if given["way"] else None,
        )


@public.get("/p/<slug>/programmes")
@anyone
def programmes() -> str:
    """All published programmes, or those that match."""
    number = page_number(request.args.get("page"))
    form = FindForm(request.args)
    form.place.choices = [(name, name) for name in places_of_published()]
    wanted = form.wanted()
    rows, total = find_published(wanted, number, PAGE_SIZE)
    return render_template(
        "public/programmes.html",
        form=form,
        looked_for=wanted != Wanted(),
        page=Page(rows, number, PAGE_SIZE, total),
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "status_text": STATUS_TEXT,
        "status_colour": STATUS_COLOUR,
        "topic_text": TOPIC_TEXT,
        "kind_text": KIND_TEXT,
    }


@public.get("/p/<slug>/programmes.atom")
@anyone
def programmes_feed() -> Response:
    """The newest programmes, for feed readers."""
    rows, _total = find_published(Wanted(), 1, FEED_SIZE)
    slug = current_partnership().slug
    text = render_template(
        "public/programmes.xml",
        rows=rows,
        updated=rows[0].published_at if rows else present(),
        here=absolute_link("public.programmes_feed", slug=slug),
        site=absolute_link("public.programmes", slug=slug),
        address_of=lambda row: absolute_link(
            "public.programme", slug=slug, public_id=row.public_id
        ),
    )
    return Response(text, mimetype="application/atom+xml")


@public.get("/p/<slug>/programmes/<public_id>")
@anyone
def programme(public_id: str) -> str:
    """One programme: what it asks, what can change, and every way to take part."""
    found = find_published_programme(public_id) or abort(404)
    shown = [one for one in activities_of(found.id) if one.status is not Status.DRAFT]
    there = around([one.id for one in shown])
    return render_template(
        "public/programme.html",
        programme=found,
        activities=shown,
        around=there,
        wordings={key: show_wordings(one.wordings) for key, one in there.items()},
        panels={row.activity_id: row for row in panels_of(found.id)},
        feed=url_for("public.programmes_feed"),
        led_by=found.lead or current_partnership().name,
        **_words(),
    )


@public.get("/p/<slug>/programmes/<public_id>/activities/<activity_id>")
@anyone
def activity_words(public_id: str, activity_id: str) -> str:
    """What an activity is and asks, in the language or format that was chosen."""
    found = find_published_programme(public_id) or abort(404)
    activity = find_activity(found.id, activity_id) or abort(404)
    if activity.status is Status.DRAFT:
        abort(404)
    wordings = around([activity.id])[activity.id].wordings
    return render_template(
        "public/activity_words.html",
        programme=found,
        activity=activity,
        asked=asking(activity, wordings, found.remit.question),
        wordings=show_wordings(wordings),
        may_speak=activity.kind is ActivityKind.OPEN_CONVERSATION
        and activity.status is Status.OPEN
        and not found.closed_at,
        **_words(),
    )
