"""Adds by which recorded approvals a province-wide table was frozen"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "consolidation_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consolidation_id", sa.Integer(), sa.ForeignKey("consolidation.id"), nullable=False),
        sa.Column("stage_id", sa.Integer(), sa.ForeignKey("stage.id"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("consolidation_id", "stage_id"),
    )
    op.create_index("ix_consolidation_approval_stage_id", "consolidation_approval", ["stage_id"])


def downgrade() -> None:
    op.drop_table("consolidation_approval")
