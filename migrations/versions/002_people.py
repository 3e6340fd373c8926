"""People: programmes, staff and residents, sessions, codes, consents, answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "programme",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_programme_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_programme"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_programme_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_programme_public_id"),
    )

    op.create_table(
        "staff",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.BigInteger(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "invited",
                "active",
                "disabled",
                name="staffstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_staff_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("partnership_id", "email", name="uq_staff_partnership_id_email"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_staff_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_staff_public_id"),
    )

    op.create_table(
        "staff_grant",
        sa.Column("id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "facilitator",
                "officer",
                "board member",
                "phone operator",
                "safeguarding lead",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("programme_id", KEY, nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "programme_id"],
            ["programme.partnership_id", "programme.id"],
            name="fk_staff_grant_partnership_id_programme_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "staff_id"],
            ["staff.partnership_id", "staff.id"],
            name="fk_staff_grant_partnership_id_staff_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_staff_grant_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_staff_grant"),
        sa.UniqueConstraint(
            "staff_id",
            "role",
            "programme_id",
            name="uq_staff_grant_staff_id_role_programme_id",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_staff_grant_programme_id", "staff_grant", ["programme_id"], unique=False)
    op.create_index("ix_staff_grant_staff_id", "staff_grant", ["staff_id"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "staff_id"],
            ["staff.partnership_id", "staff.id"],
            name="fk_recovery_code_partnership_id_staff_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_recovery_code_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_code"),
    )
    op.create_index("ix_recovery_code_staff_id", "recovery_code", ["staff_id"], unique=False)

    op.create_table(
        "letter_code",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("programme_id", KEY, nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "programme_id"],
            ["programme.partnership_id", "programme.id"],
            name="fk_letter_code_partnership_id_programme_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_letter_code_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_letter_code"),
        sa.UniqueConstraint("code_hash", name="uq_letter_code_code_hash"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_letter_code_partnership_id_id"),
    )
    op.create_index("ix_letter_code_programme_id", "letter_code", ["programme_id"], unique=False)

    op.create_table(
        "resident",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column(
            "contact_by",
            sa.Enum(
                "do not contact me",
                "email",
                "phone",
                "post",
                name="contactby",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("letter_code_id", KEY, nullable=True),
        sa.Column("return_word_hash", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_active_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "letter_code_id"],
            ["letter_code.partnership_id", "letter_code.id"],
            name="fk_resident_partnership_id_letter_code_id",
            ondelete="NO ACTION",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_resident_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_resident"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_resident_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_resident_public_id"),
    )
    op.create_index("ix_resident_email", "resident", ["email"], unique=False)
    op.create_index("ix_resident_letter_code_id", "resident", ["letter_code_id"], unique=False)

    op.create_table(
        "member_code",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("resident_id", KEY, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "resident_id"],
            ["resident.partnership_id", "resident.id"],
            name="fk_member_code_partnership_id_resident_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_member_code_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_member_code"),
        sa.UniqueConstraint("code_hash", name="uq_member_code_code_hash"),
    )
    op.create_index("ix_member_code_resident_id", "member_code", ["resident_id"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", KEY, nullable=False),
        sa.Column("resident_id", KEY, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("wording_text", sa.Text(), nullable=False),
        sa.Column(
            "given_how",
            sa.Enum(
                "online",
                "phone",
                "paper",
                name="givenhow",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "resident_id"],
            ["resident.partnership_id", "resident.id"],
            name="fk_consent_partnership_id_resident_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_consent_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_consent_partnership_id_id"),
    )
    op.create_index("ix_consent_resident_id", "consent", ["resident_id"], unique=False)

    op.create_table(
        "profile_answer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("resident_id", KEY, nullable=False),
        sa.Column("consent_id", KEY, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "consent_id"],
            ["consent.partnership_id", "consent.id"],
            name="fk_profile_answer_partnership_id_consent_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "resident_id"],
            ["resident.partnership_id", "resident.id"],
            name="fk_profile_answer_partnership_id_resident_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_profile_answer_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_profile_answer"),
        sa.UniqueConstraint(
            "resident_id", "question", name="uq_profile_answer_resident_id_question"
        ),
    )
    op.create_index("ix_profile_answer_consent_id", "profile_answer", ["consent_id"], unique=False)
    op.create_index(
        "ix_profile_answer_resident_id", "profile_answer", ["resident_id"], unique=False
    )

    op.create_table(
        "sign_in_session",
        sa.Column("id", KEY, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", KEY, nullable=True),
        sa.Column("resident_id", KEY, nullable=True),
        sa.Column("holder_public_id", sa.String(length=22), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.CheckConstraint("(staff_id IS NULL) <> (resident_id IS NULL)", name="one_holder"),
        sa.ForeignKeyConstraint(
            ["partnership_id", "resident_id"],
            ["resident.partnership_id", "resident.id"],
            name="fk_sign_in_session_partnership_id_resident_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "staff_id"],
            ["staff.partnership_id", "staff.id"],
            name="fk_sign_in_session_partnership_id_staff_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_sign_in_session_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_session"),
        sa.UniqueConstraint("token_hash", name="uq_sign_in_session_token_hash"),
    )
    op.create_index(
        "ix_sign_in_session_resident_id", "sign_in_session", ["resident_id"], unique=False
    )
    op.create_index("ix_sign_in_session_staff_id", "sign_in_session", ["staff_id"], unique=False)

    op.create_table(
        "token",
        sa.Column("id", KEY, nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "invitation",
                "password reset",
                "second factor",
                "resident link",
                name="tokenpurpose",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", KEY, nullable=True),
        sa.Column("resident_id", KEY, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "resident_id"],
            ["resident.partnership_id", "resident.id"],
            name="fk_token_partnership_id_resident_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "staff_id"],
            ["staff.partnership_id", "staff.id"],
            name="fk_token_partnership_id_staff_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_token_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_token"),
        sa.UniqueConstraint("token_hash", name="uq_token_token_hash"),
    )
    op.create_index("ix_token_resident_id", "token", ["resident_id"], unique=False)
    op.create_index("ix_token_staff_id", "token", ["staff_id"], unique=False)

    op.create_table(
        "interrupted_form",
        sa.Column("id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=True),
        sa.Column("resident_id", KEY, nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "resident_id"],
            ["resident.partnership_id", "resident.id"],
            name="fk_interrupted_form_partnership_id_resident_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "staff_id"],
            ["staff.partnership_id", "staff.id"],
            name="fk_interrupted_form_partnership_id_staff_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_interrupted_form_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_interrupted_form"),
    )
    op.create_index(
        "ix_interrupted_form_resident_id", "interrupted_form", ["resident_id"], unique=False
    )
    op.create_index("ix_interrupted_form_staff_id", "interrupted_form", ["staff_id"], unique=False)


def downgrade() -> None:
    op.drop_table("interrupted_form")
    op.drop_table("token")
    op.drop_table("sign_in_session")
    op.drop_table("profile_answer")
    op.drop_table("consent")
    op.drop_table("member_code")
    op.drop_table("resident")
    op.drop_table("letter_code")
    op.drop_table("recovery_code")
    op.drop_table("staff_grant")
    op.drop_table("staff")
    op.drop_table("programme")
