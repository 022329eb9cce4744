"""The files a version of the plan was loaded from"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

HOLDERS = ("plan", "coming_version")


def upgrade() -> None:
    op.create_table(
        "plan_source",
        sa.Column("sha256", sa.String(), primary_key=True),
        sa.Column("files", sa.String(), nullable=False),
    )
    for name in HOLDERS:
        op.add_column(name, sa.Column("source", sa.String(), nullable=True))


def downgrade() -> None:
    for name in HOLDERS:
        op.drop_column(name, "source")
    op.drop_table("plan_source")
