"""The standing community panel."""

from __future__ import annotations

revision = "009"
down_revision = "008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
