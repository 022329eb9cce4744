"""Documents that the office issues about a case: submissions, decisions, reviews, notices"""

import sqlalchemy as sa
from alembic import op

from models.columns import UtcMoment

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "office_document",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("unit_case.id"), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("drafted_at", UtcMoment(), nullable=False),
        sa.Column("drafted_by", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("changed_at", UtcMoment(), nullable=True),
        sa.Column("changed_by", sa.String(), nullable=False),
    )
    op.create_index("ix_office_document_case_id", "office_document", ["case_id"])


def downgrade() -> None:
    op.drop_table("office_document")
