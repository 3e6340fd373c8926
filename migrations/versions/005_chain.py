"""The chain: contributions, themes, priorities, drafts, responses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "005"
down_revision = "004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "analysis",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("programme_id", KEY, nullable=False),
        sa.Column("run_public_id", sa.String(length=22), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("contributions", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("placed", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "programme_id"],
            ["programme.partnership_id", "programme.id"],
            name="fk_analysis_partnership_id_programme_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_analysis_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_analysis"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_analysis_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_analysis_public_id"),
        sa.UniqueConstraint("run_public_id", name="uq_analysis_run_public_id"),
    )
    op.create_index("ix_analysis_programme_id", "analysis", ["programme_id"], unique=False)
    op.create_table(
        "contribution_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("programme_id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.Column("rows_taken", sa.BigInteger(), nullable=False),
        sa.Column("rows_without_words", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "programme_id"],
            ["programme.partnership_id", "programme.id"],
            name="fk_contribution_file_partnership_id_programme_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_contribution_file_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_contribution_file"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_contribution_file_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_contribution_file_public_id"),
    )
    op.create_index(
        "ix_contribution_file_programme_id", "contribution_file", ["programme_id"], unique=False
    )
    op.create_table(
        "draft",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("programme_id", KEY, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "programme_id"],
            ["programme.partnership_id", "programme.id"],
            name="fk_draft_partnership_id_programme_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_draft_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_draft_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_draft_public_id"),
    )
    op.create_index("ix_draft_programme_id", "draft", ["programme_id"], unique=False)
    op.create_table(
        "priority",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("programme_id", KEY, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("indicator_place", sa.String(length=9), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "programme_id"],
            ["programme.partnership_id", "programme.id"],
            name="fk_priority_partnership_id_programme_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_priority_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_priority"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_priority_partnership_id_id"),
        sa.UniqueConstraint("programme_id", "number", name="uq_priority_programme_id_number"),
        sa.UniqueConstraint("public_id", name="uq_priority_public_id"),
    )
    op.create_index("ix_priority_programme_id", "priority", ["programme_id"], unique=False)
    op.create_table(
        "theme",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("programme_id", KEY, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("merged_into_id", KEY, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "merged_into_id"],
            ["theme.partnership_id", "theme.id"],
            name="fk_theme_partnership_id_merged_into_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "programme_id"],
            ["programme.partnership_id", "programme.id"],
            name="fk_theme_partnership_id_programme_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_theme_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_theme"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_theme_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_theme_public_id"),
    )
    op.create_index("ix_theme_merged_into_id", "theme", ["merged_into_id"], unique=False)
    op.create_index("ix_theme_programme_id", "theme", ["programme_id"], unique=False)
    op.create_table(
        "contribution",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("programme_id", KEY, nullable=False),
        sa.Column("activity_id", KEY, nullable=True),
        sa.Column("participant_id", KEY, nullable=False),
        sa.Column("file_id", KEY, nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("place_code", sa.String(length=9), nullable=True),
        sa.Column("place_name", sa.Text(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "citizens’ panel",
                "community panel",
                "open conversation",
                "survey wave",
                "session series",
                "draft consultation",
                name="activitykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum(
                "online",
                "paper",
                "phone",
                "face to face",
                "imported",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("may_quote", sa.Boolean(), nullable=False),
        sa.Column(
            "consent_how",
            sa.Enum(
                "online",
                "paper",
                "spoken",
                "as the source recorded it",
                name="consenthow",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("consent_wording", sa.Text(), nullable=False),
        sa.Column(
            "speaker",
            sa.Enum(
                "resident",
                "professional",
                name="speaker",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source_ref", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "activity_id"],
            ["activity.partnership_id", "activity.id"],
            name="fk_contribution_partnership_id_activity_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "file_id"],
            ["contribution_file.partnership_id", "contribution_file.id"],
            name="fk_contribution_partnership_id_file_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "participant_id"],
            ["participant.partnership_id", "participant.id"],
            name="fk_contribution_partnership_id_participant_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "programme_id"],
            ["programme.partnership_id", "programme.id"],
            name="fk_contribution_partnership_id_programme_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_contribution_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_contribution"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_contribution_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_contribution_public_id"),
    )
    op.create_index("ix_contribution_activity_id", "contribution", ["activity_id"], unique=False)
    op.create_index("ix_contribution_file_id", "contribution", ["file_id"], unique=False)
    op.create_index(
        "ix_contribution_participant_id", "contribution", ["participant_id"], unique=False
    )
    op.create_index("ix_contribution_place_code", "contribution", ["place_code"], unique=False)
    op.create_index(
        "ix_contribution_programme_id_source_ref",
        "contribution",
        ["programme_id", "source_ref"],
        unique=False,
    )
    op.create_table(
        "draft_version",
        sa.Column("id", KEY, nullable=False),
        sa.Column("draft_id", KEY, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "draft_id"],
            ["draft.partnership_id", "draft.id"],
            name="fk_draft_version_partnership_id_draft_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_draft_version_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_draft_version"),
        sa.UniqueConstraint("draft_id", "number", name="uq_draft_version_draft_id_number"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_draft_version_partnership_id_id"),
    )
    op.create_index("ix_draft_version_draft_id", "draft_version", ["draft_id"], unique=False)
    op.create_table(
        "paragraph",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("draft_id", KEY, nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "draft_id"],
            ["draft.partnership_id", "draft.id"],
            name="fk_paragraph_partnership_id_draft_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_paragraph_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_paragraph"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_paragraph_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_paragraph_public_id"),
    )
    op.create_index("ix_paragraph_draft_id", "paragraph", ["draft_id"], unique=False)
    op.create_table(
        "priority_theme",
        sa.Column("id", KEY, nullable=False),
        sa.Column("priority_id", KEY, nullable=False),
        sa.Column("theme_id", KEY, nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "priority_id"],
            ["priority.partnership_id", "priority.id"],
            name="fk_priority_theme_partnership_id_priority_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "theme_id"],
            ["theme.partnership_id", "theme.id"],
            name="fk_priority_theme_partnership_id_theme_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_priority_theme_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_priority_theme"),
        sa.UniqueConstraint(
            "priority_id", "theme_id", name="uq_priority_theme_priority_id_theme_id"
        ),
    )
    op.create_index(
        "ix_priority_theme_priority_id", "priority_theme", ["priority_id"], unique=False
    )
    op.create_index("ix_priority_theme_theme_id", "priority_theme", ["theme_id"], unique=False)
    op.create_table(
        "response",
        sa.Column("id", KEY, nullable=False),
        sa.Column("priority_id", KEY, nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "accepted",
                "accepted in part",
                "declined",
                name="answer",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "priority_id"],
            ["priority.partnership_id", "priority.id"],
            name="fk_response_partnership_id_priority_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_response_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_response"),
        sa.UniqueConstraint("priority_id", name="uq_response_priority_id"),
    )
    op.create_table(
        "paragraph_link",
        sa.Column("id", KEY, nullable=False),
        sa.Column("paragraph_id", KEY, nullable=False),
        sa.Column("priority_id", KEY, nullable=False),
        sa.Column(
            "relation",
            sa.Enum(
                "adopts",
                "adopts in part",
                "mentions",
                "contradicts",
                name="relation",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("suggested", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "paragraph_id"],
            ["paragraph.partnership_id", "paragraph.id"],
            name="fk_paragraph_link_partnership_id_paragraph_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "priority_id"],
            ["priority.partnership_id", "priority.id"],
            name="fk_paragraph_link_partnership_id_priority_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_paragraph_link_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_paragraph_link"),
        sa.UniqueConstraint(
            "paragraph_id", "priority_id", name="uq_paragraph_link_paragraph_id_priority_id"
        ),
    )
    op.create_index(
        "ix_paragraph_link_paragraph_id", "paragraph_link", ["paragraph_id"], unique=False
    )
    op.create_index(
        "ix_paragraph_link_priority_id", "paragraph_link", ["priority_id"], unique=False
    )
    op.create_table(
        "paragraph_text",
        sa.Column("id", KEY, nullable=False),
        sa.Column("paragraph_id", KEY, nullable=False),
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "paragraph_id"],
            ["paragraph.partnership_id", "paragraph.id"],
            name="fk_paragraph_text_partnership_id_paragraph_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "version_id"],
            ["draft_version.partnership_id", "draft_version.id"],
            name="fk_paragraph_text_partnership_id_version_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_paragraph_text_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_paragraph_text"),
        sa.UniqueConstraint(
            "paragraph_id", "version_id", name="uq_paragraph_text_paragraph_id_version_id"
        ),
        sa.UniqueConstraint("version_id", "place", name="uq_paragraph_text_version_id_place"),
    )
    op.create_index(
        "ix_paragraph_text_paragraph_id", "paragraph_text", ["paragraph_id"], unique=False
    )
    op.create_index("ix_paragraph_text_version_id", "paragraph_text", ["version_id"], unique=False)
    op.create_table(
        "point",
        sa.Column("id", KEY, nullable=False),
        sa.Column("analysis_id", KEY, nullable=False),
        sa.Column("contribution_id", KEY, nullable=False),
        sa.Column("theme_id", KEY, nullable=True),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("closeness", sa.Float(), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "analysis_id"],
            ["analysis.partnership_id", "analysis.id"],
            name="fk_point_partnership_id_analysis_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "contribution_id"],
            ["contribution.partnership_id", "contribution.id"],
            name="fk_point_partnership_id_contribution_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "theme_id"],
            ["theme.partnership_id", "theme.id"],
            name="fk_point_partnership_id_theme_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_point_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_point"),
    )
    op.create_index("ix_point_analysis_id", "point", ["analysis_id"], unique=False)
    op.create_index("ix_point_contribution_id", "point", ["contribution_id"], unique=False)
    op.create_index("ix_point_theme_id", "point", ["theme_id"], unique=False)


def downgrade() -> None:
    op.drop_table("point")
    op.drop_table("paragraph_text")
    op.drop_table("paragraph_link")
    op.drop_table("response")
    op.drop_table("priority_theme")
    op.drop_table("paragraph")
    op.drop_table("draft_version")
    op.drop_table("contribution")
    op.drop_table("theme")
    op.drop_table("priority")
    op.drop_table("draft")
    op.drop_table("contribution_file")
    op.drop_table("analysis")
