"""What a home knows of itself"""

import sqlalchemy as sa
from alembic import op

from models.columns import UtcMoment

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "home_mark",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", UtcMoment(timezone=True), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def downgrade() -> None:
    op.drop_table("home_mark")
