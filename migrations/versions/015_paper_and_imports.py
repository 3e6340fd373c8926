"""Paper forms typed twice, and what is remembered of imported files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "015"
down_revision = "014"
branch_labels = None
depends_on = None

STATES = (
    *("printed", "typed once", "typed twice", "agreed", "blank", "spoiled"),
    "taken back",
)
SPEAKERS = (
    *("resident", "carer", "professional", "elected member", "organisation"),
    "petition or campaign",
)
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


def _paper() -> None:
    op.create_table(
        "paper_batch",
        _key("id"),
        *_public_id("paper_batch"),
        _key("activity_id"),
        _text("made_by", 22),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership("paper_batch", ("activity_id", "activity")),
        _unique("paper_batch", "partnership_id", "id"),
    )
    op.create_index("ix_paper_batch_activity_id", "paper_batch", ["activity_id"])
    op.create_table(
        "paper_form",
        _key("id"),
        *_public_id("paper_form"),
        _key("batch_id"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        _text("code", 9),
        _one_of("state", "formstate", *STATES),
        _text("late_reason"),
        sa.Column("decided", sa.JSON(), nullable=False),
        _text("decided_by", 22),
        _moment("returned_at", nullable=True),
        _moment("done_at", nullable=True),
        _key("partnership_id"),
        *_of_partnership("paper_form", ("batch_id", "paper_batch")),
        _unique("paper_form", "partnership_id", "id"),
        _unique("paper_form", "partnership_id", "code"),
        _unique("paper_form", "batch_id", "number"),
    )
    op.create_table(
        "paper_entry",
        _key("id"),
        _key("form_id"),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        _text("typed_by", 22),
        _one_of("outcome", "outcome", "filled in", "blank", "spoiled"),
        _text("words"),
        _text("place"),
        _one_of("speaker", "speaker", *SPEAKERS),
        sa.Column("may_quote", sa.Boolean(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=True),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership("paper_entry", ("form_id", "paper_form")),
        _unique("paper_entry", "form_id", "turn"),
        _unique("paper_entry", "form_id", "typed_by"),
    )


def upgrade() -> None:
    _paper()
    op.create_table(
        "column_mapping",
        _key("id"),
        _text("headings_hash", 64),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        _text("used_by", 22),
        _moment("used_at"),
        _key("partnership_id"),
        *_of_partnership("column_mapping"),
        _unique("column_mapping", "partnership_id", "headings_hash"),
    )
    with op.batch_alter_table("contribution_file") as batch:
        for name in ("rows_broken", "rows_copied"):
            batch.add_column(sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("contribution_file") as batch:
        batch.drop_column("rows_copied")
        batch.drop_column("rows_broken")
    op.drop_table("column_mapping")
    for table in ("paper_entry", "paper_form", "paper_batch"):
        op.drop_table(table)
