"""Programmes: who may ask, what must be there before they are published, who finds them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from engagement.accounts.errors import GuestsHoldRolesInProgrammes
from engagement.accounts.queries import find_staff
from engagement.accounts.rules import Role
from engagement.accounts.service import grant_role, invite_staff
from engagement.contributions.errors import NothingSaid, NotOpen
from engagement.contributions.queries import list_contributions
from engagement.contributions.service import Said, speak
from engagement.partnerships.errors import OrganisationThere
from engagement.partnerships.queries import list_organisations
from engagement.partnerships.rules import OrganisationKind
from engagement.partnerships.service import add_organisation
from engagement.programmes import service
from engagement.programmes.errors import (
    ClosesBeforeItOpens,
    NotReady,
    RemitIsNotYours,
    UnknownProgramme,
)
from engagement.programmes.queries import (
    Wanted,
    activities_of,
    find_programme,
    find_published,
    list_programmes,
)
from engagement.programmes.rules import ActivityKind, Status, Topic, checks_of
from engagement.programmes.service import ActivityPlan
from tests.factories import Partnership, Programme, World
from tests.factories.chain import REMIT, TAKING, open_conversation, publish

TALK = ActivityPlan(ActivityKind.OPEN_CONVERSATION, "Talk", offline_routes="Call us.")


def lacking(programme: Programme) -> list[str]:
    with pytest.raises(NotReady) as refused:
        service.publish_programme(None, programme.public_id)
    return refused.value.missing


def test_nothing_is_published_without_a_way_that_needs_no_internet(world: World) -> None:
    programme = world.north.programme()
    with world.north.inside():
        publish(programme)
        other = world.north.programme("Ageing well")
        service.change_remit(None, other.public_id, REMIT)
        service.set_places(None, other.public_id, ["Riverbank"], [])
        service.change_taking(None, other.public_id, replace(TAKING, offline_routes=" "))
        assert lacking(other) == ["How to take part without the internet"]
        activity = service.add_activity(None, programme.public_id, replace(TALK, offline_routes=""))
        with pytest.raises(NotReady):
            service.publish_activity(None, programme.public_id, activity)
        service.change_activity(None, programme.public_id, activity, TALK)
        service.publish_activity(None, programme.public_id, activity)
        with pytest.raises(NotReady):
            service.change_activity(
                None, programme.public_id, activity, replace(TALK, offline_routes="")
            )


def test_nothing_is_asked_after_it_was_decided(world: World) -> None:
    programme = world.north.programme()
    with world.north.inside():
        service.change_remit(
            None, programme.public_id, replace(REMIT, decision_on=date(2020, 1, 1))
        )
        service.change_taking(None, programme.public_id, TAKING)
        service.set_places(None, programme.public_id, ["Riverbank"], [])
        assert lacking(programme) == [
            "The date of the decision has passed: nothing could be changed any more"
        ]


def test_the_audit_of_what_exists_is_incomplete_until_it_is_confirmed(world: World) -> None:
    programme = world.north.programme()

    def is_done() -> bool:
        found = find_programme(None, programme.public_id)
        assert found is not None
        return next(check.done for check in checks_of(found.planned) if check.key == "existing")

    with world.north.inside():
        assert not is_done()
        service.set_existing(None, programme.public_id, ["Patients’ group"], confirmed=False)
        assert not is_done()
        service.set_existing(None, programme.public_id, ["Patients’ group"], confirmed=True)
        assert is_done()


def guest(north: Partnership, organisation: int) -> str:
    """The public id of somebody who works for an organisation."""
    return invite_staff(
        f"guest{organisation}@example.org",
        "Gus",
        [],
        lambda token: token,
        organisation_id=organisation,
    ).staff_public_id


def test_an_organisation_leads_and_the_partnership_cannot_change_its_question(
    world: World,
) -> None:
    with world.north.inside():
        add_organisation("Night Workers’ Union", OrganisationKind.RESIDENT_LED)
        (theirs,) = list_organisations()
        somebody = guest(world.north, theirs.id)
        key = service.open_programme("Care at night", "Who is there at night?", somebody, theirs.id)
        found = find_staff(somebody)
        assert found is not None
        (grant,) = found.grants
        own = frozenset({grant.programme_id or 0})
        assert grant.role is Role.OFFICER

        # The partnership does not even see it before it is invited.
        assert find_programme(None, key) is None
        with pytest.raises(UnknownProgramme):
            service.change_remit(None, key, REMIT)
        service.invite_partnership(own, key)
        seen = find_programme(None, key)
        assert seen is not None
        assert seen.lead == "Night Workers’ Union"
        with pytest.raises(RemitIsNotYours):
            service.change_remit(None, key, REMIT)
        service.change_remit(own, key, replace(REMIT, question="Who?"), organisation=theirs.id)
        after = find_programme(None, key)
        assert after is not None
        assert after.remit.question == "Who?"


def test_guests_hold_no_role_in_the_whole_partnership(world: World) -> None:
    with world.north.inside():
        add_organisation("Healthwatch", OrganisationKind.HEALTHWATCH)
        with pytest.raises(OrganisationThere):
            add_organisation(" healthwatch ", OrganisationKind.OTHER)
        (theirs,) = list_organisations()
        somebody = guest(world.north, theirs.id)
        with pytest.raises(GuestsHoldRolesInProgrammes):
            grant_role(somebody, Role.OFFICER)
        grant_role(somebody, Role.FACILITATOR, world.north.programme().id)


def test_an_activity_opens_and_closes_by_the_clock(world: World) -> None:
    programme, now = world.north.programme(), datetime.now(UTC)
    a_day = timedelta(days=1)
    with world.north.inside():
        for opens, closes in (
            (None, None),
            (now + a_day, None),
            (now - 2 * a_day, now - a_day),
            (now - a_day, now + a_day),
        ):
            plan = replace(TALK, opens_at=opens, closes_at=closes)
            key = service.add_activity(None, programme.public_id, plan)
            service.publish_activity(None, programme.public_id, key)
        assert [row.status for row in activities_of(programme.id)] == [
            Status.OPEN,
            Status.COMING,
            Status.CLOSED,
            Status.OPEN,
        ]
        with pytest.raises(ClosesBeforeItOpens):
            service.add_activity(
                None, programme.public_id, replace(TALK, opens_at=now, closes_at=now)
            )


def test_only_what_is_open_takes_contributions(world: World) -> None:
    programme = world.north.programme()
    said = Said("It was cold.", "Riverbank", may_quote=True)
    with world.north.inside():
        activity = open_conversation(programme)
        with pytest.raises(NotOpen):  # the programme is not published
            speak(activity, said, "browser")
        publish(programme)
        speak(activity, said, "browser")
        speak(activity, said, "browser")
        speak(activity, said, "another")
        with pytest.raises(NothingSaid):
            speak(activity, replace(said, text=" \n "), "browser")
        rows, _ = list_contributions(programme.id, 1, 10)
        assert len({row.participant for row in rows}) == 2
        assert {row.prompt for row in rows} == {REMIT.question}
        service.close_programme(None, programme.public_id)
        with pytest.raises(NotOpen):
            speak(activity, said, "browser")


def test_programmes_are_found_by_place_topic_state_way_and_words(world: World) -> None:
    waiting, ageing = world.north.programme("Waiting well"), world.north.programme("Ageing well")
    world.north.programme("Not published")
    world.south.programme("Elsewhere")
    with world.north.inside():
        for programme in (waiting, ageing):
            publish(programme)
        service.change_taking(
            None, ageing.public_id, replace(TAKING, name="Ageing well", topic=Topic.OLDER)
        )
        service.set_places(None, ageing.public_id, ["The Downs"], [])
        service.close_programme(None, ageing.public_id)
        open_conversation(waiting)

        def names(**wanted: object) -> list[str]:
            return sorted(row.name for row in find_published(Wanted(**wanted), 1, 20)[0])  # type: ignore[arg-type]

        assert names() == ["Ageing well", "Waiting well"]
        assert names(place="The Downs") == names(topic=Topic.OLDER) == ["Ageing well"]
        assert names(status=Status.CLOSED) == names(words="downs AGE") == ["Ageing well"]
        assert names(status=Status.OPEN) == ["Waiting well"]
        assert names(way=ActivityKind.OPEN_CONVERSATION) == ["Waiting well"]
        assert names(way=ActivityKind.CITIZENS_PANEL) == names(words="100%") == []
        assert list_programmes(None, 1, 20)[1] == 3
