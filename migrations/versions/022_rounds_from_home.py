"""What members have for a round and answer from home, and the evaluation of a deliberation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "022"
down_revision = "021"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PARTS = ("members before", "members after", "organisers", "independent observer")


def _of_partnership(table: str, *columns: tuple[str, str]) -> list[sa.Constraint]:
    keys: list[sa.Constraint] = [
        sa.ForeignKeyConstraint(
            ["partnership_id", column],
            [f"{target}.partnership_id", f"{target}.id"],
            name=f"fk_{table}_partnership_id_{column}",
            ondelete="NO ACTION" if column == "with_id" else "CASCADE",
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


def _text(name: str, length: int | None = None, *, nullable: bool = False) -> sa.Column[str]:
    kind = sa.Text() if length is None else sa.String(length=length)
    return sa.Column(name, kind, nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _public_id(table: str) -> tuple[sa.Column[str], sa.UniqueConstraint]:
    return _text("public_id", 22), _unique(table, "public_id")


def upgrade() -> None:
    with op.batch_alter_table("round") as table:
        table.add_column(sa.Column("cards", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "round_paper",
        _key("id"),
        *_public_id("round_paper"),
        _key("round_id"),
        *(_text(name) for name in ("title", "made_by", "plain", "link")),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership("round_paper", ("round_id", "round")),
        _unique("round_paper", "partnership_id", "id"),
    )
    op.create_table(
        "round_question",
        _key("id"),
        *_public_id("round_question"),
        _key("round_id"),
        _key("contribution_id"),
        _key("with_id", nullable=True),
        _text("answer"),
        _text("answered_by"),
        _moment("answered_at", nullable=True),
        _key("partnership_id"),
        *_of_partnership(
            "round_question",
            ("round_id", "round"),
            ("contribution_id", "contribution"),
            ("with_id", "round_question"),
        ),
        _unique("round_question", "contribution_id"),
        _unique("round_question", "partnership_id", "id"),
    )
    op.create_table(
        "round_task",
        _key("id"),
        *_public_id("round_task"),
        _key("round_id"),
        _text("text"),
        _key("partnership_id"),
        *_of_partnership("round_task", ("round_id", "round")),
        _unique("round_task", "partnership_id", "id"),
    )
    op.create_table(
        "round_answer",
        _key("id"),
        _key("task_id"),
        _key("contribution_id"),
        _text("pseudonym", 60),
        _key("partnership_id"),
        *_of_partnership(
            "round_answer", ("task_id", "round_task"), ("contribution_id", "contribution")
        ),
        _unique("round_answer", "contribution_id"),
    )
    part = sa.Enum(
        *PARTS, name="evaluationpart", native_enum=False, create_constraint=True, length=40
    )
    op.create_table(
        "evaluation",
        _key("id"),
        *_public_id("evaluation"),
        _key("panel_id"),
        sa.Column("part", part, nullable=False),
        _key("participant_id", nullable=True),
        sa.Column("marks", sa.JSON(), nullable=True),
        _text("words", nullable=True),
        _text("signed_as", nullable=True),
        _text("by", 22),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership("evaluation", ("panel_id", "panel"), ("participant_id", "participant")),
        _unique("evaluation", "panel_id", "part", "participant_id"),
    )
    for table, column in (
        ("round_paper", "round_id"),
        ("round_question", "round_id"),
        ("round_question", "with_id"),
        ("round_task", "round_id"),
        ("round_answer", "task_id"),
        ("evaluation", "participant_id"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    for table in ("evaluation", "round_answer", "round_task", "round_question", "round_paper"):
        op.drop_table(table)
    with op.batch_alter_table("round") as table:
        table.drop_column("cards")
