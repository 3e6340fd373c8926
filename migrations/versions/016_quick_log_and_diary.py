"""What members of staff write down for others: in quick logs and on the telephone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "016"
down_revision = "015"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "taken_down",
        sa.Column("id", KEY, nullable=False),
        sa.Column("contribution_id", KEY, nullable=False),
        sa.Column("by", sa.String(length=22), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("interpreted", sa.Boolean(), nullable=False),
        sa.Column("receipt_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "contribution_id"],
            ["contribution.partnership_id", "contribution.id"],
            name="fk_taken_down_partnership_id_contribution_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_taken_down_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_taken_down"),
        sa.UniqueConstraint("contribution_id", name="uq_taken_down_contribution_id"),
        sa.UniqueConstraint(
            "partnership_id", "receipt_hash", name="uq_taken_down_partnership_id_receipt_hash"
        ),
    )


def downgrade() -> None:
    op.drop_table("taken_down")
