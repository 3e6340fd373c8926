"""Who must answer what a panel recommends, by when, and the answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "023"
down_revision = "022"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "recommendation_response"


def upgrade() -> None:
    answers = ("accepted", "accepted in part", "declined")
    answer = sa.Enum(*answers, name="answer", native_enum=False, create_constraint=True, length=40)
    op.create_table(
        TABLE,
        sa.Column("id", KEY, nullable=False),
        sa.Column("recommendation_id", KEY, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", answer, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "recommendation_id"],
            ["recommendation.partnership_id", "recommendation.id"],
            name=f"fk_{TABLE}_partnership_id_recommendation_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name=f"fk_{TABLE}_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{TABLE}"),
        sa.UniqueConstraint("recommendation_id", name=f"uq_{TABLE}_recommendation_id"),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
