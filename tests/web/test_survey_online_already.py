"""Staff who want to fill in a survey with somebody who began to answer it online."""

from __future__ import annotations

from collections.abc import Callable

from engagement.accounts.rules import Role
from engagement.membership.asking import Question
from engagement.surveys.service import send_survey
from tests.client import CheckedClient
from tests.factories import World
from tests.factories.members import LINK, join, standing_panel
from tests.factories.surveys import WAITS, answer, survey


def test_answers_given_online_are_not_opened_to_staff(
    world: World, browse: Callable[[], CheckedClient]
) -> None:
    programme = world.north.programme()
    with world.north.inside():
        activity = survey(programme, WAITS)
        panel = standing_panel(programme)
        member = join(panel)
        question = Question("Waiting", "Please answer.")
        send_survey(None, programme.public_id, activity, panel, question, LINK)
        answer(programme, activity, resident=member.resident_id)
    staff = browse().be(world.north.session(world.north.staff(Role.FACILITATOR)))
    here = f"/p/north/facilitate/programmes/{programme.public_id}/survey/{activity}/enter"
    page = staff.send(here, {"channel": "phone", "reference": member.reference})
    assert "began to answer online" in page.text
