"""Rounds, what they brought, and what an oversight group signed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "019"
down_revision = "018"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("learn", "share", "explore", "weigh", "decide", "draft")


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


def _text(name: str, length: int | None = None) -> sa.Column[str]:
    kind = sa.Text() if length is None else sa.String(length=length)
    return sa.Column(name, kind, nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _public_id(table: str) -> tuple[sa.Column[str], sa.UniqueConstraint]:
    return _text("public_id", 22), _unique(table, "public_id")


def _one_of(column: str, name: str, *values: str) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
    return sa.Column(column, kind, nullable=False)


def upgrade() -> None:
    op.create_table(
        "round",
        _key("id"),
        *_public_id("round"),
        _key("panel_id"),
        sa.Column("place", sa.Integer(), nullable=False),
        _one_of("kind", "roundkind", *KINDS),
        _text("title"),
        _text("prompt"),
        sa.Column("outputs", sa.JSON(), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        _text("reason"),
        _moment("opened_at", nullable=True),
        _moment("closed_at", nullable=True),
        _key("partnership_id"),
        *_of_partnership("round", ("panel_id", "panel")),
        _unique("round", "partnership_id", "id"),
    )
    op.create_index("ix_round_panel_id", "round", ["panel_id"])
    op.create_table(
        "round_output",
        _key("id"),
        _key("round_id"),
        _text("name", 300),
        _text("text"),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership("round_output", ("round_id", "round")),
        _unique("round_output", "round_id", "name"),
    )
    op.create_table(
        "oversight_signature",
        _key("id"),
        _key("panel_id"),
        _one_of("part", "oversight", "remit", "evidence", "balance of witnesses"),
        _text("statement"),
        sa.Column("signed_as", sa.Text(), nullable=True),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership("oversight_signature", ("panel_id", "panel")),
        _unique("oversight_signature", "panel_id", "part"),
    )


def downgrade() -> None:
    for table in ("oversight_signature", "round_output", "round"):
        op.drop_table(table)
