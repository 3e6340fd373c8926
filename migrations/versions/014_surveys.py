"""Surveys: questions, waves, answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "014"
down_revision = "013"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _of_partnership(table: str, *columns: tuple[str, str]) -> list[sa.Constraint]:
    keys: list[sa.Constraint] = [
        sa.ForeignKeyConstraint(
            ["partnership_id", column],
            [f"{target}.partnership_id", f"{target}.id"],
            name=f"fk_{table}_partnership_id_{column}",
            ondelete="CASCADE",
        )
        for column, target in columns
    ]
    return [
        *keys,
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name=f"fk_{table}_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def _key(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, KEY, nullable=nullable)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _text(name: str, length: int | None = None) -> sa.Column[str]:
    kind = sa.Text() if length is None else sa.String(length=length)
    return sa.Column(name, kind, nullable=False)


def _one_of(name: str, *values: str) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, kind, nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _public_id(table: str) -> tuple[sa.Column[str], sa.UniqueConstraint]:
    column = sa.Column("public_id", sa.String(length=22), nullable=False)
    return column, sa.UniqueConstraint("public_id", name=f"uq_{table}_public_id")


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def upgrade() -> None:
    op.create_table(
        "survey",
        _key("id"),
        _key("activity_id"),
        _text("series", 22),
        _number("wave"),
        sa.Column("asked_only", sa.Boolean(), nullable=False),
        _moment("published_at", nullable=True),
        _key("partnership_id"),
        *_of_partnership("survey", ("activity_id", "activity")),
        _unique("survey", "partnership_id", "id"),
        _unique("survey", "activity_id"),
        _unique("survey", "series", "wave"),
    )
    op.create_table(
        "survey_question",
        _key("id"),
        _key("survey_id"),
        _text("key", 22),
        _number("page"),
        _number("place"),
        _one_of("kind", "one choice", "several choices", "scale", "number", "own words", "ranking"),
        _text("text"),
        _text("hint"),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("wordings", sa.JSON(), nullable=False),
        _text("when_key", 22),
        _text("when_option"),
        _key("partnership_id"),
        *_of_partnership("survey_question", ("survey_id", "survey")),
        _unique("survey_question", "partnership_id", "id"),
        _unique("survey_question", "survey_id", "key"),
    )
    op.create_table(
        "survey_ask",
        _key("id"),
        _key("survey_id"),
        _key("ask_id"),
        _key("partnership_id"),
        *_of_partnership("survey_ask", ("survey_id", "survey"), ("ask_id", "member_ask")),
        _unique("survey_ask", "ask_id"),
    )
    op.create_index("ix_survey_ask_survey_id", "survey_ask", ["survey_id"])
    op.create_table(
        "survey_response",
        _key("id"),
        *_public_id("survey_response"),
        _key("survey_id"),
        _key("participant_id"),
        _one_of("channel", "online", "paper", "phone", "face to face", "imported"),
        _moment("begun_at"),
        _moment("sent_at", nullable=True),
        _key("partnership_id"),
        *_of_partnership(
            "survey_response", ("survey_id", "survey"), ("participant_id", "participant")
        ),
        _unique("survey_response", "partnership_id", "id"),
        _unique("survey_response", "survey_id", "participant_id"),
    )
    op.create_index("ix_survey_response_participant_id", "survey_response", ["participant_id"])
    op.create_table(
        "survey_answer",
        _key("id"),
        _key("response_id"),
        _key("question_id"),
        sa.Column("value", sa.JSON(), nullable=True),
        _key("contribution_id", nullable=True),
        _moment("answered_at"),
        _key("partnership_id"),
        *_of_partnership(
            "survey_answer",
            ("response_id", "survey_response"),
            ("question_id", "survey_question"),
            ("contribution_id", "contribution"),
        ),
        _unique("survey_answer", "response_id", "question_id"),
    )
    op.create_index("ix_survey_answer_question_id", "survey_answer", ["question_id"])


def downgrade() -> None:
    for table in (
        "survey_answer",
        "survey_response",
        "survey_ask",
        "survey_question",
        "survey",
    ):
        op.drop_table(table)
