"""Recommendations: wordings, expectations, what they rest on, ballots, minority statements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "018"
down_revision = "017"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OWN = ("recommendation_id", "recommendation")


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


def upgrade() -> None:
    op.create_table(
        "recommendation",
        _key("id"),
        *_public_id("recommendation"),
        _key("panel_id"),
        _key("merged_into_id", nullable=True),
        _text("drafted_by"),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership("recommendation", ("panel_id", "panel")),
        sa.ForeignKeyConstraint(
            ["partnership_id", "merged_into_id"],
            ["recommendation.partnership_id", "recommendation.id"],
            name="fk_recommendation_partnership_id_merged_into_id",
            ondelete="NO ACTION",
        ),
        _unique("recommendation", "partnership_id", "id"),
    )
    op.create_table(
        "recommendation_wording",
        _key("id"),
        _key("recommendation_id"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        _text("title"),
        _text("text"),
        _text("why"),
        _text("by", 22),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership("recommendation_wording", OWN),
        _unique("recommendation_wording", "recommendation_id", "number"),
    )
    op.create_table(
        "expectation",
        _key("id"),
        *_public_id("expectation"),
        _key("recommendation_id"),
        _text("text"),
        _key("partnership_id"),
        *_of_partnership("expectation", OWN),
        _unique("expectation", "partnership_id", "id"),
    )
    op.create_table(
        "recommendation_source",
        _key("id"),
        _key("recommendation_id"),
        _key("expectation_id", nullable=True),
        _key("contribution_id"),
        _key("partnership_id"),
        *_of_partnership(
            "recommendation_source",
            OWN,
            ("expectation_id", "expectation"),
            ("contribution_id", "contribution"),
        ),
        _unique("recommendation_source", "recommendation_id", "contribution_id"),
    )
    op.create_table(
        "recommendation_ballot",
        _key("id"),
        _key("recommendation_id"),
        _key("ballot_id"),
        _key("partnership_id"),
        *_of_partnership("recommendation_ballot", OWN, ("ballot_id", "ballot")),
        _unique("recommendation_ballot", "ballot_id"),
    )
    op.create_table(
        "minority_statement",
        _key("id"),
        *_public_id("minority_statement"),
        _key("recommendation_id"),
        _text("text"),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership("minority_statement", OWN),
    )
    for table, column in INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])


INDEXES = (
    ("recommendation", "panel_id"),
    ("recommendation", "merged_into_id"),
    ("expectation", "recommendation_id"),
    ("recommendation_source", "expectation_id"),
    ("recommendation_source", "contribution_id"),
    ("recommendation_ballot", "recommendation_id"),
    ("minority_statement", "recommendation_id"),
)


def downgrade() -> None:
    for table in (
        "minority_statement",
        "recommendation_ballot",
        "recommendation_source",
        "expectation",
        "recommendation_wording",
        "recommendation",
    ):
        op.drop_table(table)
