"""Moderation: decisions, saved reasons, appeals, words of harm."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "012"
down_revision = "011"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


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


def _of_contribution(table: str) -> None:
    op.create_index(f"ix_{table}_contribution_id", table, ["contribution_id"])


def upgrade() -> None:
    op.create_table(
        "moderation_decision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("contribution_id", KEY, nullable=False),
        sa.Column(
            "kind", _one_of("decided", "publish", "hold", "redact", "withdraw"), nullable=False
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=22), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "telling",
            _one_of("telling", "by message", "on their own page", "by a person", "not told"),
            nullable=False,
        ),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        *_of_partnership("moderation_decision", ("contribution_id", "contribution")),
        sa.UniqueConstraint(
            "partnership_id", "id", name="uq_moderation_decision_partnership_id_id"
        ),
        sa.UniqueConstraint("public_id", name="uq_moderation_decision_public_id"),
    )
    _of_contribution("moderation_decision")
    op.create_table(
        "appeal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("contribution_id", KEY, nullable=False),
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("answered_by", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        *_of_partnership(
            "appeal", ("contribution_id", "contribution"), ("decision_id", "moderation_decision")
        ),
        sa.UniqueConstraint("decision_id", name="uq_appeal_decision_id"),
        sa.UniqueConstraint("public_id", name="uq_appeal_public_id"),
    )
    _of_contribution("appeal")
    op.create_table(
        "safeguarding_note",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("contribution_id", KEY, nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("written_by", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        *_of_partnership("safeguarding_note", ("contribution_id", "contribution")),
        sa.UniqueConstraint("public_id", name="uq_safeguarding_note_public_id"),
    )
    _of_contribution("safeguarding_note")
    for table in ("saved_reason", "help_line"):
        op.create_table(
            table,
            sa.Column("id", KEY, nullable=False),
            sa.Column("place", sa.BigInteger(), nullable=False),
            sa.Column("text", sa.Text(), nullable=False),
            sa.Column("partnership_id", KEY, nullable=False),
            *_of_partnership(table),
            sa.UniqueConstraint("partnership_id", "place", name=f"uq_{table}_partnership_id_place"),
        )


def downgrade() -> None:
    for table in ("help_line", "saved_reason", "safeguarding_note", "appeal"):
        op.drop_table(table)
    op.drop_table("moderation_decision")
