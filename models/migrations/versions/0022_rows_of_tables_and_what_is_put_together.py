"""Rows of the tables that are handed in, verdicts on them, and what is put together from them"""

import sqlalchemy as sa
from alembic import op

from models.columns import UtcMoment

revision = "0022"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "content_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_file_id", sa.Integer(), sa.ForeignKey("submission_file.id"), nullable=False),
        sa.Column("submission_id", sa.Integer(), sa.ForeignKey("submission.id"), nullable=False),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("unit_case.id"), nullable=False),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("findings", sa.String(), nullable=False),
        sa.Column("findings_count", sa.Integer(), nullable=False),
        sa.Column("rows_taken", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("checked_at", UtcMoment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("submission_file_id", "form_version"),
    )
    op.create_index("ix_content_check_submission_id", "content_check", ["submission_id"])
    op.create_index("ix_content_check_case_id", "content_check", ["case_id"])
    op.create_table(
        "content_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Integer(), sa.ForeignKey("content_check.id"), nullable=False),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("unit_case.id"), nullable=False),
        sa.Column("organisation_id", sa.Integer(), sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("obligation", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=True),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("cells", sa.String(), nullable=False),
        sa.Column("search", sa.String(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_content_row_check_id", "content_row", ["check_id"])
    op.create_index("ix_content_row_case_id", "content_row", ["case_id"])
    op.create_index("ix_content_row_obligation_period", "content_row", ["obligation", "period"])
    op.create_index("ix_content_row_organisation", "content_row", ["organisation_id", "obligation"])
    op.create_table(
        "content_settlement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("settled_at", UtcMoment(timezone=True), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_content_settlement_of", "content_settlement", ["obligation", "period"])
    op.create_table(
        "consolidation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("rows_count", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("frozen_at", UtcMoment(timezone=True), nullable=False),
        sa.Column("frozen_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("obligation", "period", "number"),
    )
    op.create_table(
        "consolidation_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consolidation_id", sa.Integer(), sa.ForeignKey("consolidation.id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("cells", sa.String(), nullable=False),
        sa.Column("origins", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("consolidation_id", "position"),
    )


def downgrade() -> None:
    for table in ("consolidation_row", "consolidation", "content_settlement", "content_row", "content_check"):
        op.drop_table(table)
