"""Adds the templates of documents and messages that an office changed"""

import sqlalchemy as sa
from alembic import op

from models.columns import UtcMoment

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.create_table(
        "template_version",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", UtcMoment(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("fault", sa.String(), nullable=False),
        sa.UniqueConstraint("family", "name", "number"),
    )


def downgrade() -> None:
    op.drop_table("template_version")
