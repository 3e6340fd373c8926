"""Moderation: decisions, saved reasons, appeals, words of harm."""

from __future__ import annotations

revision = "014"
down_revision = "013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
