"""Forms the office made itself, with their versions"""

import sqlalchemy as sa
from alembic import op

from models.columns import UtcMoment

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "office_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_code", sa.String(), nullable=False),
        sa.Column("obligation", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("sheets", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("file_size", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcMoment(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("retired_by", sa.String(), nullable=False),
        sa.Column("retired_reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan_code", "obligation", "version"),
    )


def downgrade() -> None:
    op.drop_table("office_form")
