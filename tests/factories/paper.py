"""Forms on paper: made, typed by one or two people."""

from __future__ import annotations

from engagement.audit.rules import ActorKind
from engagement.audit.service import Actor, acting_as
from engagement.contributions.rules import Speaker
from engagement.extensions import db
from engagement.paper.queries import codes_of, waiting_forms
from engagement.paper.rules import Typed
from engagement.paper.service import make_forms, type_form
from tests.factories import Programme
from tests.factories.chain import open_conversation, publish

FIRST = Typed(words="The last bus goes at five", place="Riverbank", may_quote=True)


def made_forms(programme: Programme, title: str = "Tell us on paper") -> tuple[str, list[str]]:
    """A batch of three forms for a conversation: its public id, and their codes."""
    publish(programme)
    batch = make_forms(None, programme.public_id, open_conversation(programme, title), 3)
    db.session.flush()
    return batch, [code for _number, code in codes_of(programme.id, batch)]


def typed_by(name: str, programme: Programme, code: str, typed: Typed) -> None:
    """A form as somebody, known by this name alone, types it."""
    with acting_as(Actor(ActorKind.STAFF, name)):
        type_form(None, programme.public_id, code, typed)


def differing_form(programme: Programme, mark: str = "") -> str:
    """A form that two people typed differently, beside one typed once; its public id."""
    _batch, codes = made_forms(programme, f"Paper {mark}")
    other = Typed(words=f"The last bus {mark} goes at six", speaker=Speaker.CARER)
    typed_by("first", programme, codes[0], FIRST)
    typed_by("second", programme, codes[0], other)
    typed_by("first", programme, codes[1], FIRST)
    return next(one.public_id for one in waiting_forms(programme.id) if one.code == codes[0])
