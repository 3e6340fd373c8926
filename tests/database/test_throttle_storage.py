"""Counters for throttling: one truth for every process."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

import pytest
from flask import Flask
from limits import parse
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import text

from engagement import create_app
from engagement.config import Config
from engagement.database import throttle
from engagement.database.throttle import DatabaseStorage
from engagement.database.transactions import WriteOutsideTransaction, transaction
from engagement.extensions import db
from tests.databases import rows_of

AtOnce = Callable[..., list[BaseException]]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        """The seconds that the storage sees."""
        return self.now


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The storage's clock in our hands."""
    moved = Clock()
    monkeypatch.setattr(throttle, "time", moved)
    return moved


@pytest.fixture
def storage(in_app: Flask) -> DatabaseStorage:
    """The storage, in an application."""
    return DatabaseStorage()


def test_twenty_threads_lose_no_count(storage: DatabaseStorage, at_once: AtOnce) -> None:
    seen: list[int] = []

    def try_five_times() -> None:
        for _ in range(5):
            seen.append(storage.incr("somebody", 600))

    assert at_once(*[try_five_times] * 20) == []
    assert sorted(seen) == list(range(1, 101))
    assert storage.get("somebody") == 100


def test_a_window_ends_when_its_time_has_passed(storage: DatabaseStorage, hands: Clock) -> None:
    assert [storage.incr("a", 60), storage.incr("a", 60)] == [1, 2]
    began = hands.now
    hands.now += 59.9
    assert storage.incr("a", 60) == 3
    assert storage.get_expiry("a") == pytest.approx(began + 60)
    hands.now = began + 60
    assert storage.get("a") == 0
    assert storage.get_expiry("a") == pytest.approx(hands.now)
    assert storage.incr("a", 60) == 1
    assert storage.get_expiry("a") == pytest.approx(began + 120)


def test_keys_are_counted_apart_and_cleared_apart(storage: DatabaseStorage) -> None:
    storage.incr("a", 60, amount=5)
    storage.incr("b", 60)
    storage.clear("a")
    assert (storage.get("a"), storage.get("b")) == (0, 1)
    assert storage.reset() == 1
    assert storage.get("b") == 0


def test_what_has_passed_is_forgotten(
    storage: DatabaseStorage, hands: Clock, database_url: str
) -> None:
    storage.incr("short", 60)
    storage.incr("long", 600)
    hands.now += 61
    assert storage.forget_expired() == 1
    assert storage.forget_expired() == 0
    assert storage.get("long") == 1
    assert len(rows_of(database_url, "throttle_counter").splitlines()) == 1


def test_no_key_is_kept_in_plain(storage: DatabaseStorage, database_url: str) -> None:
    storage.incr("203.0.113.77", 60)
    assert "203.0.113.77" not in rows_of(database_url, "throttle_counter")
    assert rows_of(database_url, "throttle_counter")


def test_two_applications_share_the_counts(
    storage: DatabaseStorage, config: Config, database_url: str
) -> None:
    limit, key = parse("3 per minute"), "somebody"
    limiter = FixedWindowRateLimiter(storage)
    assert [limiter.hit(limit, key), limiter.hit(limit, key)] == [True, True]
    other = create_app(config)
    answers: list[bool] = []

    def elsewhere() -> None:
        with other.app_context():
            theirs = FixedWindowRateLimiter(DatabaseStorage())
            answers.extend([theirs.hit(limit, key), theirs.hit(limit, key)])
            db.engine.dispose()

    thread = Thread(target=elsewhere)
    thread.start()
    thread.join(30)
    assert answers == [True, False]
    assert not limiter.hit(limit, key)


def test_a_count_stands_whatever_becomes_of_the_request(storage: DatabaseStorage) -> None:
    storage.incr("a", 60)
    db.session.rollback()
    assert storage.get("a") == 1
    with pytest.raises(WriteOutsideTransaction), transaction():
        storage.incr("a", 60)
    assert storage.get("a") == 1


def test_the_storage_says_whether_it_answers(storage: DatabaseStorage) -> None:
    assert storage.check()
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE throttle_counter"))
    with pytest.raises(storage.base_exceptions):
        storage.incr("a", 60)
