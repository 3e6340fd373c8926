"""Counters for throttling, kept in the database so that every web process shares them."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from limits.storage import Storage
from sqlalchemy import BigInteger, Float, String, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from engagement.database.transactions import separate_write
from engagement.extensions import Base, db


class ThrottleCounter(Base):
    """How often something was tried in the present window. Keys are hashed."""

    __tablename__ = "throttle_counter"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    tries: Mapped[int] = mapped_column(BigInteger)
    expires: Mapped[float] = mapped_column(Float, index=True)


_COUNT = text(
    "INSERT INTO throttle_counter (key_hash, tries, expires) VALUES (:key, :amount, :expires)"
    " ON CONFLICT (key_hash) DO UPDATE SET"
    " tries = CASE WHEN throttle_counter.expires <= :now"
    " THEN :amount ELSE throttle_counter.tries + :amount END,"
    " expires = CASE WHEN throttle_counter.expires <= :now"
    " THEN :expires ELSE throttle_counter.expires END"
    " RETURNING tries"
)


class DatabaseStorage(Storage):
    """Storage for the ``limits`` package over the service's own database."""

    STORAGE_SCHEME = ["database"]

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.time()
        values = {"key": _hashed(key), "amount": amount, "now": now, "expires": now + expiry}
        with separate_write() as connection:
            return int(connection.execute(_COUNT, values).scalar_one())

    def get(self, key: str) -> int:
        row = self._row(key)
        return int(row.tries) if row else 0

    def get_expiry(self, key: str) -> float:
        row = self._row(key)
        return float(row.expires) if row else time.time()

    def check(self) -> bool:
        with db.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        return True

    def reset(self) -> int:
        return self._delete("TRUE", {})

    def clear(self, key: str) -> None:
        self._delete("key_hash = :key", {"key": _hashed(key)})

    def forget_expired(self) -> int:
        """Delete the counters whose window has passed; returns how many."""
        return self._delete("expires <= :now", {"now": time.time()})

    def _row(self, key: str) -> Any:
        query = text(
            "SELECT tries, expires FROM throttle_counter WHERE key_hash = :key AND expires > :now"
        )
        with db.engine.connect() as connection:
            return connection.execute(
                query, {"key": _hashed(key), "now": time.time()}
            ).one_or_none()

    def _delete(self, condition: str, values: dict[str, Any]) -> int:
        with separate_write() as connection:
            result = connection.execute(
                text(f"DELETE FROM throttle_counter WHERE {condition}"),  # noqa: S608 - ours
                values,
            )
            return int(result.rowcount)


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
