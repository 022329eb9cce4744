"""An operator may hold all sending, or one channel"""

import sqlalchemy as sa
from alembic import op

import models.columns

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "sending_hold",
        sa.Column("channel", sa.String(), primary_key=True),
        sa.Column("since", models.columns.UtcMoment(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        if_not_exists=True,
    )


def downgrade() -> None:
    op.drop_table("sending_hold")
