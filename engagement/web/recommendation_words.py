"""Recommendations in words: where they stand."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from engagement.deliberation.rules import Stage

STAGE_TEXT = {
    Stage.DRAFT: _l("Draft"),
    Stage.MERGED: _l("In another recommendation"),
    Stage.VOTING: _l("Put to the vote"),
    Stage.AGREED: _l("Agreed"),
    Stage.NOT_AGREED: _l("Not agreed"),
}
STAGE_COLOUR = {
    Stage.DRAFT: "grey",
    Stage.MERGED: "grey",
    Stage.VOTING: "yellow",
    Stage.AGREED: "green",
    Stage.NOT_AGREED: "red",
}
EXPECTS = _l("We expect:")
