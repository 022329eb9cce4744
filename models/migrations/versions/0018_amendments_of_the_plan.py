"""Amendments of the plan, and versions with a day of their own"""

import sqlalchemy as sa
from alembic import op

from models.columns import UtcMoment

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("plan", sa.Column("effective_from", sa.Date(), nullable=True))
    op.add_column("plan", sa.Column("decision", sa.String(), nullable=True))
    op.add_column("plan", sa.Column("forms", sa.String(), nullable=True))
    op.create_table(
        "amendment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consolidated_at", UtcMoment(timezone=True), nullable=False),
        sa.Column("consolidated_by", sa.String(), nullable=False),
        sa.Column("submitted_number", sa.String(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("decision_number", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("version_id", sa.Integer(), sa.ForeignKey("plan.id"), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("difficulty", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=True),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("received_at", UtcMoment(timezone=True), nullable=False),
        sa.Column("recorded_at", UtcMoment(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("amendment_id", sa.Integer(), sa.ForeignKey("amendment.id"), nullable=True),
        sa.Column("opinion", sa.String(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_proposal_organisation_id", "proposal", ["organisation_id"])
    op.create_index("ix_proposal_amendment_id", "proposal", ["amendment_id"])
    op.create_table(
        "coming_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("forms", sa.String(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("treatment", sa.String(), nullable=False),
        sa.Column("loaded_at", UtcMoment(timezone=True), nullable=False),
        sa.Column("loaded_by", sa.String(), nullable=False),
        sa.Column("amendment_id", sa.Integer(), sa.ForeignKey("amendment.id"), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("coming_version")
    op.drop_table("proposal")
    op.drop_table("amendment")
    op.drop_column("plan", "forms")
    op.drop_column("plan", "decision")
    op.drop_column("plan", "effective_from")
