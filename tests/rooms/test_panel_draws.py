"""The draw at the level of use cases: prepared, published before the seed, decided by two."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import func, select

from engagement.audit.rules import ActorKind
from engagement.audit.service import Actor, acting_as
from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.jobs.execution import carry_out
from engagement.methods.sortition import audit_draw, verify_draw
from engagement.panels import audits, draws, registration, seats, service
from engagement.panels.draw_queries import find_draw
from engagement.panels.errors import (
    DrawUnderWay,
    NoEmptySeat,
    NotThatFar,
    PoolChanged,
    RegistrationOpen,
    SamePerson,
    SeatDecided,
    SeedsDiffer,
    SourceUsed,
    UnknownDraw,
    UnknownSeat,
)
from engagement.panels.models import Draw, DrawChance, Panel, Registration, RegistrationAnswer, Seat
from engagement.panels.rules import DrawState, Route, SeatState, withheld_counts
from engagement.panels.service import TargetPlan
from tests.factories import Partnership, World
from tests.factories.panels import PLAN, Registrant, panel_of, pool_of
from tests.past import move_back

ONE, OTHER = (Actor(ActorKind.STAFF, f"staff-{name}") for name in ("one", "other"))
BEACON = "drand round 4 512 006"
_rounds = count(1)


@pytest.fixture
def north(world: World) -> Iterator[Partnership]:
    """Inside the northern partnership."""
    with world.north.inside():
        yield world.north


@pytest.fixture
def panel(north: Partnership) -> str:
    """A panel of four."""
    return panel_of(north.programme("Waiting well"))


@pytest.fixture
def people(panel: str) -> list[Registrant]:
    """Sixteen who registered."""
    return pool_of(panel, 16)


def close(panel: str) -> None:
    service.change_panel(None, panel, replace(PLAN, registration_closes_at=clock.now()))


def prepare(app: Flask, panel: str) -> Draw:
    """A draw that is worked out, as the worker does it."""
    close(panel)
    made = draws.prepare_draw(None, panel, f"{BEACON} {next(_rounds)}", "3 March, 14:00")
    return work(app, made)


def work(app: Flask, public_id: str) -> Draw:
    carry_out(app, draw_of(public_id).run_public_id)
    db.session.expire_all()
    return draw_of(public_id)


def draw_of(public_id: str) -> Draw:
    return db.session.scalars(select(Draw).where(Draw.public_id == public_id)).one()


def drawn(app: Flask, panel: str, seed: str = "9f3c") -> Draw:
    """A draw from its preparation to its ticket."""
    draw = prepare(app, panel)
    draws.publish_commitment(None, draw.public_id)
    with acting_as(ONE):
        assert not draws.enter_seed(None, draw.public_id, seed)
    with acting_as(OTHER):
        assert draws.enter_seed(None, draw.public_id, seed)
    return draw_of(draw.public_id)


def file_of(draw: Draw, name: str) -> bytes:
    return draws.read_draw_file(draw.public_id, name)


def failures(pack: bytes, root: str) -> list[str]:
    lines = verify_draw.verify(verify_draw.read(pack), audit_draw.CHECKS, root)
    assert lines
    return [words for holds, words in lines if holds is False]


def test_a_draw_is_prepared_only_once_nobody_can_register_any_more(
    panel: str, people: list[Registrant]
) -> None:
    with pytest.raises(RegistrationOpen):
        draws.prepare_draw(None, panel, BEACON, "3 March")


def test_two_draws_of_a_panel_are_never_under_way_at_once(
    panel: str, people: list[Registrant]
) -> None:
    close(panel)
    draws.prepare_draw(None, panel, BEACON, "3 March")
    with pytest.raises(DrawUnderWay):
        draws.prepare_draw(None, panel, BEACON, "4 March")


def test_what_is_worked_out_is_proved_before_anybody_knows_the_seed(
    app: Flask, panel: str, people: list[Registrant]
) -> None:
    draw = prepare(app, panel)
    assert draw.state is DrawState.READY
    assert draw.exact
    assert (draw.registrants, draw.seats) == (16, 4)
    assert 0 < draw.smallest_chance <= draw.greatest_chance <= 1
    assert db.session.scalar(select(func.sum(DrawChance.chance))) == pytest.approx(4)
    assert failures(file_of(draw, draws.AUDITOR), draw.root) == []
    with pytest.raises(UnknownDraw):
        file_of(draw, draws.PUBLIC)


def test_the_seed_of_two_members_of_staff_picks_the_ticket_and_offers_its_seats(
    app: Flask, panel: str, people: list[Registrant]
) -> None:
    draw = drawn(app, panel)
    assert draw.state is DrawState.DRAWN
    pack = file_of(draw, draws.PUBLIC)
    assert failures(pack, draw.root) == []
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        named = json.loads(archive.read("result.json"))["people"]
    offered = db.session.execute(
        select(Registration.pool_id, Seat.state).join(Seat, Seat.registration_id == Registration.id)
    ).all()
    assert sorted(row.pool_id for row in offered) == sorted(named)
    assert {row.state for row in offered} == {SeatState.OFFERED}
    assert len(offered) == 4
    assert failures(file_of(draw, draws.AUDITOR), draw.root) == []


def test_one_member_of_staff_alone_cannot_draw_and_two_seeds_must_agree(
    app: Flask, panel: str, people: list[Registrant]
) -> None:
    draw = prepare(app, panel)
    with pytest.raises(NotThatFar):
        draws.enter_seed(None, draw.public_id, "1")
    draws.publish_commitment(None, draw.public_id)
    with acting_as(ONE):
        draws.enter_seed(None, draw.public_id, "1")
        with pytest.raises(SamePerson):
            draws.enter_seed(None, draw.public_id, "1")
    with acting_as(OTHER):
        with pytest.raises(SeedsDiffer):
            draws.enter_seed(None, draw.public_id, "2")
        draws.forget_seed(None, draw.public_id)
        assert not draws.enter_seed(None, draw.public_id, "2")
    assert draw_of(draw.public_id).state is DrawState.COMMITTED


def test_everybody_can_check_their_own_row_and_nobody_elses(
    app: Flask, panel: str, people: list[Registrant]
) -> None:
    draw = drawn(app, panel)
    own = db.session.scalars(
        select(Registration).where(Registration.resident_id == people[3].resident_id)
    ).one()
    file = draws.person_file(draw.public_id, people[3].resident_id)
    assert failures(file, draw.root) == []
    assert own.pool_id.encode() in file
    others = db.session.scalars(select(Registration.pool_id).where(Registration.id != own.id))
    assert not any(other.encode() in file for other in others)
    with pytest.raises(UnknownDraw):
        draws.person_file(draw.public_id, 999_999)


def test_nobody_who_was_not_drawn_is_in_the_public_pack(
    app: Flask, panel: str, people: list[Registrant]
) -> None:
    draw = drawn(app, panel)
    pack = file_of(draw, draws.PUBLIC)
    seated = set(db.session.scalars(select(Seat.registration_id)))
    for row in db.session.scalars(select(Registration)):
        assert (row.pool_id.encode() in pack) == (row.id in seated)
        assert row.reference.encode() not in pack
        assert row.household is None or row.household.encode() not in pack


def test_a_name_taken_back_after_publishing_makes_the_draw_void(
    app: Flask, panel: str, people: list[Registrant]
) -> None:
    draw = prepare(app, panel)
    draws.publish_commitment(None, draw.public_id)
    registration.withdraw_registration(panel, people[0].resident_id)
    db.session.expire_all()
    assert draw_of(draw.public_id).state is DrawState.VOID
    with pytest.raises(NotThatFar):
        draws.enter_seed(None, draw.public_id, "1")
    again = work(app, draws.prepare_draw(None, panel, "drand round 4 600 000", "later"))
    assert (again.number, again.registrants) == (2, 15)


def test_what_a_draw_rests_on_stays_until_it_is_decided_or_given_up(
    app: Flask, panel: str, people: list[Registrant]
) -> None:
    draw = prepare(app, panel)
    targets = [TargetPlan("female", 2, 2), TargetPlan("male", 2, 2)]
    for publish in (False, True):
        if publish:
            draws.publish_commitment(None, draw.public_id)
        with pytest.raises(DrawUnderWay):
            service.set_targets(None, panel, "sex", targets, "Census 2021")
        with pytest.raises(DrawUnderWay):
            service.rebuild_targets(None, panel, "sex", {}, "")
        with pytest.raises(DrawUnderWay):  # nobody else comes to it
            service.change_panel(None, panel, PLAN)
    service.change_panel(
        None, panel, replace(PLAN, registration_closes_at=closing(panel), support="A lift.")
    )
    draws.void_draw(None, draw.public_id, "another wish")
    service.set_targets(None, panel, "sex", targets, "Census 2021")


def closing(panel: str):  # type: ignore[no-untyped-def]
    return db.session.scalars(
        select(Panel.registration_closes_at).where(Panel.public_id == panel)
    ).one()


def test_answers_that_changed_since_stop_the_publishing(
    app: Flask, panel: str, people: list[Registrant]
) -> None:
    draw = prepare(app, panel)
    with transaction():
        for row in db.session.scalars(select(RegistrationAnswer).limit(2)):
            db.session.delete(row)
    with pytest.raises(PoolChanged):
        draws.publish_commitment(None, draw.public_id)


def test_a_later_draw_has_its_seed_from_a_source_that_is_still_to_come(
    app: Flask, panel: str, people: list[Registrant]
) -> None:
    close(panel)
    first = work(app, draws.prepare_draw(None, panel, "Round 7 of a beacon.", "noon"))
    draws.void_draw(None, first.public_id, "a slip")  # never published: nobody waited for it
    again = work(app, draws.prepare_draw(None, panel, "Round 7 of a beacon.", "noon"))
    draws.publish_commitment(None, again.public_id)
    assert again.facts["opened"][0]["record"]["seed_source"] == "Round 7 of a beacon.; noon"
    draws.void_draw(None, again.public_id, "somebody left")
    with pytest.raises(SourceUsed):
        draws.prepare_draw(None, panel, "round 7 of  a beacon", "later")
    draws.prepare_draw(None, panel, "round 8 of a beacon", "later")


def test_the_files_of_a_draw_that_was_given_up_are_gone(
    app: Flask, panel: str, people: list[Registrant]
) -> None:
    draw = prepare(app, panel)
    draws.publish_commitment(None, draw.public_id)
    draws.void_draw(None, draw.public_id, "somebody left")
    with pytest.raises(UnknownDraw):
        draws.read_draw_file(draw.public_id, draws.AUDITOR)
    with pytest.raises(UnknownDraw):
        draws.person_file(draw.public_id, people[0].resident_id)
    assert audits.find_draw_to_audit(None, draw.public_id) is None


def test_a_panel_without_an_empty_seat_is_not_drawn_and_late_offers_are_let_go(
    app: Flask, panel: str, people: list[Registrant]
) -> None:
    drawn(app, panel)
    with pytest.raises(NoEmptySeat):
        draws.prepare_draw(None, panel, "another", "later")
    with transaction():
        late = db.session.scalars(select(Seat).limit(1)).one()
        late.deadline_at = clock.now()
    draw = work(app, draws.prepare_draw(None, panel, "another", "later"))
    db.session.refresh(late)
    assert late.state is SeatState.LAPSED
    assert draw.seats == 1


def test_targets_below_who_is_seated_end_the_draw_in_words(
    app: Flask, panel: str, people: list[Registrant]
) -> None:
    drawn(app, panel)
    with transaction():
        late = db.session.scalars(select(Seat).limit(1)).one()
        late.deadline_at = clock.now()
    waits = [TargetPlan("c1", 0, 0), TargetPlan("c2", 0, 4)]
    service.set_targets(None, panel, "own-1", waits, "by hand")
    draw = work(app, draws.prepare_draw(None, panel, "another", "later"))
    assert draw.state is DrawState.FAILED
    assert draw.problem


def test_targets_that_no_panel_meets_end_the_draw_in_words(
    app: Flask, panel: str, people: list[Registrant]
) -> None:
    targets = [TargetPlan("16-24", 4, 4), TargetPlan("65-plus", 0, 4)]
    service.set_targets(None, panel, "age", targets, "by hand")
    draw = prepare(app, panel)
    assert draw.state is DrawState.FAILED
    assert "No panel meets all targets" in draw.problem
    assert db.session.scalar(select(func.count()).select_from(DrawChance)) == 0


def test_empty_seats_are_drawn_again_so_that_the_whole_panel_keeps_its_targets(
    app: Flask, panel: str, people: list[Registrant]
) -> None:
    drawn(app, panel)
    rows = db.session.scalars(select(Seat).order_by(Seat.id)).all()
    by_registration = {row.id: row.resident_id for row in db.session.scalars(select(Registration))}
    residents = [by_registration[row.registration_id] for row in rows]
    for resident in residents[:3]:
        seats.answer_offer(panel, resident, accept=True, by=Route.ONLINE)
    seats.answer_offer(panel, residents[3], accept=False, by=Route.PHONE)
    again = work(app, draws.prepare_draw(None, panel, "drand round 4 600 000", "later"))
    assert again.seats == 1
    draws.publish_commitment(None, again.public_id)
    for actor in (ONE, OTHER):
        with acting_as(actor):
            draws.enter_seed(None, again.public_id, "77")
    assert failures(file_of(draw_of(again.public_id), draws.AUDITOR), again.root) == []
    held = db.session.scalars(
        select(Seat.registration_id).where(Seat.state.in_([SeatState.OFFERED, SeatState.ACCEPTED]))
    ).all()
    assert len(held) == 4
    assert rows[3].registration_id not in held


def test_an_offer_is_answered_once_and_the_same_answer_again_changes_nothing(
    app: Flask, panel: str, people: list[Registrant]
) -> None:
    drawn(app, panel)
    seat = db.session.scalars(select(Seat)).first()
    assert seat is not None
    resident = db.session.scalars(
        select(Registration.resident_id).where(Registration.id == seat.registration_id)
    ).one()
    seats.answer_offer(panel, resident, accept=True, by=Route.ONLINE)
    seats.answer_offer(panel, resident, accept=True, by=Route.ONLINE)
    with pytest.raises(SeatDecided):
        seats.answer_offer(panel, resident, accept=False, by=Route.ONLINE)
    seats.leave_seat(panel, resident, by=Route.ONLINE)
    with pytest.raises(SeatDecided):
        seats.answer_offer(panel, resident, accept=True, by=Route.ONLINE)
    nobody = next(
        one.resident_id
        for one in people
        if one.resident_id
        not in set(
            db.session.scalars(
                select(Registration.resident_id).join(Seat, Seat.registration_id == Registration.id)
            )
        )
    )
    with pytest.raises(UnknownSeat):
        seats.answer_offer(panel, nobody, accept=True, by=Route.ONLINE)


def test_an_offer_whose_time_is_over_lapses(
    app: Flask, panel: str, people: list[Registrant]
) -> None:
    drawn(app, panel)
    key, resident = db.session.execute(
        select(Seat.id, Registration.resident_id)
        .join(Registration, Registration.id == Seat.registration_id)
        .limit(1)
    ).one()
    db.session.rollback()
    move_back(app, Seat.deadline_at, draws.TIME_TO_ANSWER, Seat.id == key)
    with pytest.raises(SeatDecided):
        seats.answer_offer(panel, resident, accept=True, by=Route.ONLINE)
    assert seats.lapse_offers(None, panel) == 1


def test_another_partnership_reaches_no_draw(
    app: Flask, world: World, panel: str, people: list[Registrant]
) -> None:
    draw = prepare(app, panel)
    with world.south.inside(), pytest.raises(UnknownDraw):
        draws.publish_commitment(None, draw.public_id)


def test_small_counts_are_not_published_nor_can_be_reckoned() -> None:
    counts = {
        "sex": {"f": 100, "m": 96, None: 4},
        "age": {"a": 3, "b": 5, "c": 192},
        "place": {"x": 100, "y": 100},
    }
    assert withheld_counts(counts, 7) == {("sex", None), ("sex", "f"), ("age", "a"), ("age", "b")}
    # Two that add up to two could only be one each.
    assert withheld_counts({"age": {"a": 1, "b": 1, "c": 30, "d": 40}}, 7) == {
        ("age", "a"), ("age", "b"), ("age", "c")
    }  # fmt: skip


def counts_told(draw: Draw) -> set[int | None]:
    found = find_draw(None, draw.public_id)
    assert found is not None
    return {row["registered"] for rows in found.counts().values() for row in rows}


def test_only_the_first_published_draw_tells_how_many_registered(
    app: Flask, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    first = prepare(app, panel)
    told = counts_told(first) - {None, 0}
    assert told
    assert all(count is not None and count % 5 == 0 for count in told)
    draws.publish_commitment(None, first.public_id)
    registration.withdraw_registration(panel, people[0].resident_id)
    assert counts_told(prepare(app, panel)) == {None, 0}
