"""Column types that every room shares, and the declaration that each personal column makes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Dialect, ForeignKey, Integer, String, Text
from sqlalchemy import Enum as EnumType
from sqlalchemy.orm import MappedColumn, mapped_column
from sqlalchemy.types import TypeDecorator

from engagement.database.clock import utc_now


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without its time zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def new_public_id() -> str:
    """128 random bits in 22 characters that are safe in a URL and never begin with a dash."""
    while (text := secrets.token_urlsafe(16)).startswith(("-", "_")):
        pass
    return text


BigKey = BigInteger().with_variant(Integer(), "sqlite")
Key = Annotated[int, mapped_column(BigKey, primary_key=True)]
PublicId = Annotated[str, mapped_column(String(22), unique=True, default=new_public_id)]
CreatedAt = Annotated[datetime, mapped_column(UtcDateTime, default=utc_now())]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]


def refers_to(target: str, *, ondelete: str = "CASCADE", **options: Any) -> MappedColumn[Any]:
    """A foreign key by the name of its target column, such as ``"programme.id"``."""
    return mapped_column(BigKey, ForeignKey(target, ondelete=ondelete), index=True, **options)


def one_of(kind: type[StrEnum], **options: Any) -> MappedColumn[Any]:
    """A column that holds one value of an enumeration, checked by the database."""
    values = EnumType(
        kind,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )
    return mapped_column(values, **options)


class DataClass(StrEnum):
    """What a personal column holds, in the terms of the UK GDPR."""

    IDENTITY = "identity"
    CONTACT = "contact"
    CREDENTIAL = "credential"
    SPECIAL = "special category"
    BEHAVIOUR = "use of the service"
    WORDS = "what a person wrote"


class Basis(StrEnum):
    """The lawful basis for holding a personal column."""

    CONSENT = "consent"
    EXPLICIT_CONSENT = "explicit consent"
    PUBLIC_TASK = "public task"
    LEGAL_OBLIGATION = "legal obligation"


class Then(StrEnum):
    """What the retention job does with a row whose time has come."""

    DELETE = "delete the row"
    BLANK = "blank the column"


@dataclass(frozen=True)
class Retention:
    """How long a personal column is kept.

    ``days`` are counted from the moment in the column ``since`` of the same row; while that is
    empty the row stays.
    """

    days: int
    since: str
    then: Then = Then.DELETE


@dataclass(frozen=True)
class Personal:
    """The declaration of a personal column: its class, lawful basis and retention."""

    data_class: DataClass
    basis: Basis
    retention: Retention


def personal(
    data_class: DataClass, basis: Basis, retention: Retention, kind: Any = Text, **options: Any
) -> MappedColumn[Any]:
    """A column that holds something about a person, with its declaration."""
    declared = Personal(data_class, basis, retention)
    return mapped_column(kind, info={"personal": declared}, **options)


def impersonal(kind: Any = Text, **options: Any) -> MappedColumn[Any]:
    """A column that by its purpose says nothing about a person."""
    return mapped_column(kind, info={"personal": None}, **options)
