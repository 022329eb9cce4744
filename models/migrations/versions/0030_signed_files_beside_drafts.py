"""Signed PDF files beside the drafts of letters and reports"""

import sqlalchemy as sa
from alembic import op

from models.columns import UtcMoment

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.create_table(
        "signed_file",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("letter_id", sa.Integer(), sa.ForeignKey("letter_draft.id"), nullable=True),
        sa.Column("report_id", sa.Integer(), sa.ForeignKey("report_draft.id"), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("signatures", sa.String(), nullable=True),
        sa.Column("filed_at", UtcMoment(), nullable=False),
        sa.Column("filed_by", sa.String(), nullable=False),
        sa.CheckConstraint("(letter_id IS NULL) <> (report_id IS NULL)", name="of_one_document"),
    )
    op.create_index("ix_signed_file_letter_id", "signed_file", ["letter_id"])
    op.create_index("ix_signed_file_report_id", "signed_file", ["report_id"])


def downgrade() -> None:
    op.drop_table("signed_file")
