"""What the pages about members share between doors: the words for what the rules only name."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engagement.membership.rules import (
    LeftBy,
    LeftOut,
    LooksLike,
    LotteryKind,
    LotteryState,
    MemberRole,
    MemberState,
)
from engagement.panels.small_numbers import bounds
from engagement.people.rules import ContactBy
from engagement.web.context import day
from engagement.web.visits import current_partnership

MEMBER_STATE_TEXT = {
    MemberState.MEMBER: _l("Member"),
    MemberState.WAITING: _l("Waits for a place"),
    MemberState.LEFT: _l("Left"),
}
MEMBER_STATE_COLOUR = {
    MemberState.MEMBER: "green",
    MemberState.WAITING: "yellow",
    MemberState.LEFT: "grey",
}
LEFT_BY_TEXT = {
    LeftBy.OWN_WISH: _l("by their own wish"),
    LeftBy.ROTATION: _l("because their term was over"),
}
MEMBER_ROLE_TEXT = {
    MemberRole.CHAMPION: _l("Champion"),
    MemberRole.CONNECTOR: _l("Connector"),
    MemberRole.PEER_RESEARCHER: _l("Peer researcher"),
    MemberRole.MENTOR: _l("Mentor"),
}
LOTTERY_KIND_TEXT = {
    LotteryKind.SAMPLE: _l("Part of the members"),
    LotteryKind.ROTATION: _l("Who leaves"),
    LotteryKind.REFRESH: _l("Who gets a free place"),
}
LOTTERY_STATE_TEXT = {
    LotteryState.ANNOUNCED: _l("Announced, waiting for the seed"),
    LotteryState.DRAWN: _l("Drawn"),
    LotteryState.GIVEN_UP: _l("Given up"),
}
LOTTERY_STATE_COLOUR = {
    LotteryState.ANNOUNCED: "blue",
    LotteryState.DRAWN: "green",
    LotteryState.GIVEN_UP: "grey",
}
LOOKS_LIKE_TEXT = {
    LooksLike.PEOPLE: _l("Like those they are drawn from"),
    LooksLike.AREA: _l("Like the area, by the figures behind the targets"),
}
LEFT_OUT_TEXT = {
    LeftOut.GONE: _l("No longer members"),
    LeftOut.PAUSED: _l("Paused"),
    LeftOut.OFTEN_ENOUGH: _l("Asked as often this month as they chose"),
    LeftOut.NO_WAY: _l("Do not want to be contacted, or left no way to"),
}
CONTACT_TEXT = {
    ContactBy.EMAIL: _l("By e-mail"),
    ContactBy.PHONE: _l("By telephone"),
    ContactBy.POST: _l("By post"),
    ContactBy.NOBODY: _l("Not at all"),
}


def often_words(times: int) -> str:
    """How often somebody may be asked."""
    if times == 1:
        return str(_("At most once a month"))
    return str(_("At most %(times)d times a month", times=times))


def paused_words(until: date) -> str:
    """Until when somebody has paused."""
    return str(_("Paused: may be asked again from %(day)s", day=day(until)))


def interest_words() -> str:
    """What somebody agrees to by ticking what they care about."""
    return str(
        _(
            "By saving you agree that %(partnership)s uses this to ask you about these topics, and"
            " for nothing else. What you tick may say something about your health. We keep it for"
            " up to 3 years. You can change it or untick it all at any time: then we delete it.",
            partnership=current_partnership().name,
        )
    )


def hidden_words() -> str:
    """What is done to counts of people, so that nobody can be told from them."""
    small, nearest = bounds()
    return str(
        _(
            "Numbers are rounded to the nearest %(nearest)d. A star hides 1 to %(small)d people,"
            " and sometimes one number more, so that nobody can be reckoned out.",
            nearest=nearest,
            small=small,
        )
    )


def chosen_words() -> Any:
    """Wherever a standing panel is described: its members speak for themselves."""
    return _(
        "These are people who chose to join. What they say is theirs: it does not stand for"
        " everybody who lives here."
    )
