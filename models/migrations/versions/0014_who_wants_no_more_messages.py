"""Who wants no more messages by a family of channels; until when a nudge is of use"""

import sqlalchemy as sa
from alembic import op

from models.columns import UtcMoment

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "channel_opt_out",
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("since", UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "family"),
    )
    op.create_index("ix_channel_opt_out_number", "channel_opt_out", ["number"])
    op.add_column("message", sa.Column("expires_at", UtcMoment(), nullable=True))
    op.drop_column("oa_token", "previous_refresh_token")  # a refresh token works once: an earlier one is of no use


def downgrade() -> None:
    kept = sa.Column("previous_refresh_token", sa.String(), nullable=False, server_default="")
    op.add_column("oa_token", kept)
    op.drop_column("message", "expires_at")
    op.drop_index("ix_channel_opt_out_number", table_name="channel_opt_out")
    op.drop_table("channel_opt_out")
