"""Moments, the database's clock, public ids and enumerations."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import cast, insert, literal, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.types import Text

from engagement.database import clock
from engagement.database.columns import UtcDateTime, new_public_id
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.partnerships.models import Partnership
from engagement.partnerships.service import create_partnership
from engagement.people.models import Resident
from engagement.runs.models import Worker
from tests.databases import do
from tests.factories import World

LONDON = ZoneInfo("Europe/London")


def keep(moment: datetime) -> datetime:
    """Store a moment and read it back."""
    with transaction():
        worker = db.session.get(Worker, "w") or Worker(worker_id="w", started_at=clock.now())
        worker.last_seen = moment
        db.session.add(worker)
    db.session.expire_all()
    return db.session.scalars(select(Worker.last_seen)).one()


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 23, 0, 0, tzinfo=UTC),
        datetime(2026, 11, 23, 0, 0, 0, 1, tzinfo=UTC),
        datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 7, 1, 9, 30, tzinfo=LONDON),
        datetime(2026, 10, 25, 1, 30, tzinfo=LONDON),
        datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=1),
        datetime(2026, 3, 1, 12, 0, tzinfo=timezone(timedelta(hours=-11))),
    ],
    ids=str,
)
def test_a_moment_comes_back_as_the_same_moment_in_utc(in_app: Flask, moment: datetime) -> None:
    back = keep(moment)
    assert back == moment.astimezone(UTC)
    assert back.utcoffset() == timedelta(0)


def test_a_naive_moment_is_refused(in_app: Flask) -> None:
    with pytest.raises(StatementError, match="without its time zone"):
        keep(datetime(2026, 11, 23, 9, 0))  # noqa: DTZ001 - that is the point
    with pytest.raises(StatementError, match="without its time zone"):
        db.session.scalars(
            select(Worker.worker_id).where(Worker.last_seen < datetime(2026, 1, 1))  # noqa: DTZ001
        ).all()


def watched(wait: timedelta) -> tuple[datetime, list[tuple[datetime, bool, datetime]]]:
    """Store a moment that is to come, and ask until it has come whether it has."""
    planned = clock.now() + wait
    assert keep(planned) == planned
    question = select(
        clock.utc_now(), Worker.last_seen <= clock.utc_now(), clock.utc_now()
    ).select_from(Worker)
    answers: list[tuple[datetime, bool, datetime]] = []
    while not answers or answers[-1][0] <= planned:
        before, has_come, after = db.session.execute(question).one()
        answers.append((before, bool(has_come), after))
    return planned, answers


def test_a_stored_moment_compares_with_the_clock_right_to_the_millisecond(in_app: Flask) -> None:
    for seconds in (0.2, 1, 5):  # storing it may take longer on a busy machine
        planned, answers = watched(timedelta(seconds=seconds))
        if not answers[0][1]:
            break
    assert {has_come for _, has_come, _ in answers} == {True, False}
    for before, has_come, after in answers:
        assert before >= planned or not has_come or after >= planned
        assert before < planned or has_come
    # PostgreSQL's clock moves within a statement; SQLite's answers must be exact.
    if db.engine.dialect.name == "sqlite":
        assert all(has_come == (now >= planned) for now, has_come, _ in answers)


def test_moments_on_either_side_of_a_whole_second_compare_right(in_app: Flask) -> None:
    whole = datetime(2026, 11, 23, 9, 0, 1, tzinfo=UTC)
    step = timedelta(milliseconds=1)
    moments = [whole - step, whole, whole + step, whole + timedelta(seconds=1)]
    for place, moment in enumerate(moments):
        keep(moment)
        earlier = [
            db.session.scalar(
                select(Worker.last_seen > literal(other, UtcDateTime())).select_from(Worker)
            )
            for other in moments
        ]
        assert earlier == [number < place for number in range(len(moments))]


def test_a_default_moment_is_written_like_any_other_on_sqlite(in_app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has a type of its own for moments")
    create_partnership("a", "a")
    keep(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    form = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}")
    for query in ("SELECT created_at FROM partnership", "SELECT last_seen FROM worker"):
        assert form.fullmatch(db.session.execute(text(query)).scalar_one())
    assert form.fullmatch(db.session.execute(select(cast(clock.utc_now(), Text))).scalar_one())


def test_the_clock_is_aware_and_never_runs_backwards(in_app: Flask) -> None:
    seen = [clock.now() for _ in range(50)]
    assert seen == sorted(seen)
    assert {moment.utcoffset() for moment in seen} == {timedelta(0)}
    assert abs(seen[0] - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_clock_moves_within_a_use_case(in_app: Flask) -> None:
    with transaction():
        first = clock.now()
        while clock.now() == first:
            pass


def test_public_ids_are_128_random_bits_that_are_safe_in_an_address() -> None:
    made = [new_public_id() for _ in range(20_000)]
    assert len(set(made)) == len(made)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{21}", one) for one in made)
    assert {len(base64.urlsafe_b64decode(one + "==")) for one in made} == {16}
    # Every one of the 64 signs may stand anywhere but at the front.
    assert all(len({one[place] for one in made}) == 64 for place in range(1, 21))


def test_a_row_gets_its_public_id_and_keeps_it(in_app: Flask) -> None:
    create_partnership("a", "a")
    create_partnership("b", "b")
    first, second = db.session.scalars(select(Partnership.public_id)).all()
    assert first != second
    with transaction():
        row = db.session.scalars(select(Partnership).where(Partnership.slug == "a")).one()
        row.name = "changed"
    assert {first, second} == set(db.session.scalars(select(Partnership.public_id)))


def test_the_database_refuses_a_value_outside_its_enumeration(app: Flask, world: World) -> None:
    world.north.resident()
    pigeon = "UPDATE resident SET contact_by = 'pigeon'"
    with world.north.inside():
        with pytest.raises(IntegrityError, match="ck_resident_contactby"):
            do(lambda: db.session.execute(text(pigeon)))
        with pytest.raises(IntegrityError, match="ck_resident_contactby"):
            do(lambda: db.session.add(Resident(contact_by="pigeon")))


def test_an_enumeration_is_kept_by_its_value(app: Flask, world: World) -> None:
    world.north.resident()
    with app.app_context():
        kept = db.session.execute(text("SELECT contact_by FROM resident")).scalar_one()
    assert kept == "phone"


def test_a_row_can_be_inserted_by_statement_with_its_defaults(in_app: Flask) -> None:
    with transaction():
        db.session.execute(insert(Partnership).values(slug="a", name="a"))
    row = db.session.scalars(select(Partnership)).one()
    assert (row.phone, row.email, len(row.public_id)) == ("", "", 22)
    assert abs(row.created_at - clock.now()) < timedelta(seconds=10)
