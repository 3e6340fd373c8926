"""Open conversations: statements, votes, maps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "013"
down_revision = "012"
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


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _public_id(table: str) -> tuple[sa.Column[str], sa.UniqueConstraint]:
    column = sa.Column("public_id", sa.String(length=22), nullable=False)
    return column, sa.UniqueConstraint("public_id", name=f"uq_{table}_public_id")


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def upgrade() -> None:
    op.create_table(
        "conversation",
        _key("id"),
        _key("activity_id"),
        sa.Column("takes_statements", sa.Boolean(), nullable=False),
        _key("partnership_id"),
        *_of_partnership("conversation", ("activity_id", "activity")),
        _unique("conversation", "activity_id"),
    )
    op.create_table(
        "statement",
        _key("id"),
        *_public_id("statement"),
        _key("activity_id"),
        _count("number"),
        _key("contribution_id", nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source_ref", sa.String(length=200), nullable=True),
        _count("agree"),
        _count("disagree"),
        _count("passed"),
        sa.Column("hidden_reason", sa.Text(), nullable=False),
        _moment("hidden_at", nullable=True),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership(
            "statement", ("activity_id", "activity"), ("contribution_id", "contribution")
        ),
        _unique("statement", "partnership_id", "id"),
        _unique("statement", "activity_id", "number"),
        _unique("statement", "activity_id", "source_ref"),
        _unique("statement", "contribution_id"),
    )
    op.create_table(
        "vote",
        _key("id"),
        _key("statement_id"),
        _key("participant_id"),
        sa.Column("value", sa.SmallInteger(), nullable=True),
        _moment("given_at"),
        _key("partnership_id"),
        *_of_partnership("vote", ("statement_id", "statement"), ("participant_id", "participant")),
        _unique("vote", "participant_id", "statement_id"),
        sa.CheckConstraint("value BETWEEN -1 AND 1", name=op.f("ck_vote_value")),
    )
    op.create_index("ix_vote_statement_id", "vote", ["statement_id"])
    op.create_table(
        "opinion_map",
        _key("id"),
        *_public_id("opinion_map"),
        _key("activity_id"),
        sa.Column("run_public_id", sa.String(length=22), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        _count("people"),
        _count("statements"),
        _count("votes"),
        _count("groups"),
        sa.Column("stability", sa.Float(), nullable=True),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("drawing", sa.Text(), nullable=False),
        _moment("created_at"),
        _moment("published_at", nullable=True),
        _moment("told_at", nullable=True),
        _key("partnership_id"),
        *_of_partnership("opinion_map", ("activity_id", "activity")),
        _unique("opinion_map", "partnership_id", "id"),
        _unique("opinion_map", "run_public_id"),
    )
    op.create_index("ix_opinion_map_activity_id", "opinion_map", ["activity_id"])
    op.create_table(
        "group_seen",
        _key("id"),
        _key("opinion_map_id"),
        _key("statement_id"),
        _count("opinion_group"),
        _count("seen"),
        _count("seen_by_all"),
        _key("partnership_id"),
        *_of_partnership(
            "group_seen", ("opinion_map_id", "opinion_map"), ("statement_id", "statement")
        ),
        _unique("group_seen", "statement_id", "opinion_map_id", "opinion_group"),
    )
    op.create_index("ix_group_seen_opinion_map_id", "group_seen", ["opinion_map_id"])
    op.create_table(
        "map_place",
        _key("id"),
        _key("opinion_map_id"),
        _key("participant_id"),
        sa.Column("opinion_group", sa.SmallInteger(), nullable=True),
        _moment("placed_at"),
        _key("partnership_id"),
        *_of_partnership(
            "map_place", ("opinion_map_id", "opinion_map"), ("participant_id", "participant")
        ),
        _unique("map_place", "participant_id", "opinion_map_id"),
    )
    op.create_index("ix_map_place_opinion_map_id", "map_place", ["opinion_map_id"])


def downgrade() -> None:
    for table in ("map_place", "group_seen", "opinion_map", "vote", "statement", "conversation"):
        op.drop_table(table)
