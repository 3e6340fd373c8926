"""Ballots and straw polls: the roll, sealed envelopes, what was counted of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "017"
down_revision = "016"
branch_labels = None
depends_on = None

STEPS = ("love", "like", "live with", "lament", "loathe")
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


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _step() -> sa.Column[str]:
    kind = sa.Enum(*STEPS, name="step", native_enum=False, create_constraint=True, length=40)
    return sa.Column("step", kind, nullable=True)


def upgrade() -> None:
    op.create_table(
        "ballot",
        _key("id"),
        *_public_id("ballot"),
        _key("panel_id"),
        _key("again_of_id", nullable=True),
        _one_of("kind", "kind", "consent", "ranking", "straw poll"),
        _text("question"),
        _text("proposal"),
        sa.Column("options", sa.JSON(), nullable=False),
        _number("share"),
        _one_of("denominator", "denominator", "votes", "ballots", "roll"),
        _number("quorum"),
        _number("roll", nullable=True),
        _moment("closes_at", nullable=True),
        _moment("opened_at", nullable=True),
        _moment("tallied_at", nullable=True),
        _moment("void_at", nullable=True),
        _text("void_reason"),
        sa.Column("record", sa.JSON(), nullable=True),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership("ballot", ("panel_id", "panel")),
        sa.ForeignKeyConstraint(
            ["partnership_id", "again_of_id"],
            ["ballot.partnership_id", "ballot.id"],
            name="fk_ballot_partnership_id_again_of_id",
            ondelete="NO ACTION",
        ),
        _unique("ballot", "partnership_id", "id"),
    )
    op.create_index("ix_ballot_panel_id", "ballot", ["panel_id"])
    op.create_table(
        "ballot_key",
        _key("id"),
        _key("ballot_id"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        _text("staff", 22),
        _text("public_key", 64),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership("ballot_key", ("ballot_id", "ballot")),
        _unique("ballot_key", "ballot_id", "number"),
        _unique("ballot_key", "ballot_id", "staff"),
    )
    op.create_table(
        "ballot_voter",
        _key("id"),
        _key("ballot_id"),
        _key("seat_id", nullable=True),
        sa.Column("slip_hash", sa.String(length=64), nullable=True),
        _flag("on_paper"),
        _flag("has_voted"),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership("ballot_voter", ("ballot_id", "ballot"), ("seat_id", "seat")),
        _unique("ballot_voter", "partnership_id", "id"),
        _unique("ballot_voter", "ballot_id", "seat_id"),
        _unique("ballot_voter", "ballot_id", "slip_hash"),
    )
    op.create_index("ix_ballot_voter_seat_id", "ballot_voter", ["seat_id"])
    op.create_table(
        "ballot_envelope",
        _key("id"),
        _key("voter_id"),
        _text("sealed"),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership("ballot_envelope", ("voter_id", "ballot_voter")),
        _unique("ballot_envelope", "voter_id"),
    )
    op.create_table(
        "straw_vote",
        _key("id"),
        _key("voter_id"),
        _text("choice"),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership("straw_vote", ("voter_id", "ballot_voter")),
        _unique("straw_vote", "voter_id"),
    )
    op.create_table(
        "counted_vote",
        _key("id"),
        _key("ballot_id"),
        _step(),
        sa.Column("ranking", sa.JSON(), nullable=False),
        _key("partnership_id"),
        *_of_partnership("counted_vote", ("ballot_id", "ballot")),
    )
    op.create_index("ix_counted_vote_ballot_id", "counted_vote", ["ballot_id"])
    op.create_table(
        "ballot_reason",
        _key("id"),
        *_public_id("ballot_reason"),
        _key("ballot_id"),
        _step(),
        sa.Column("text", sa.Text(), nullable=True),
        _flag("is_shown"),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership("ballot_reason", ("ballot_id", "ballot")),
    )
    op.create_index("ix_ballot_reason_ballot_id", "ballot_reason", ["ballot_id"])


def downgrade() -> None:
    for table in (
        "ballot_reason",
        "counted_vote",
        "straw_vote",
        "ballot_envelope",
        "ballot_voter",
        "ballot_key",
        "ballot",
    ):
        op.drop_table(table)
