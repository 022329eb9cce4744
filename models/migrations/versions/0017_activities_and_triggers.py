"""A register of activities, and triggers recorded by a person"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from models.columns import UtcMoment

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        *_file(),
        *_recorded(),
        sa.Column("corrects_id", sa.Integer(), sa.ForeignKey("activity.id"), nullable=True),
        sa.Column("ended_at", UtcMoment(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("ended_reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_activity_obligation", "activity", ["obligation", "on_day"])
    op.create_index("ix_activity_organisation_id", "activity", ["organisation_id"])
    op.create_table(
        "trigger_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_code", sa.String(), nullable=False),
        sa.Column("trigger_code", sa.String(), nullable=False),
        sa.Column("fired_on", sa.Date(), nullable=True),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        *_file(),
        *_recorded(),
        sa.PrimaryKeyConstraint("id"),
    )


def _file() -> list[sa.Column[Any]]:
    return [
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("file_size", sa.Integer(), nullable=False),
    ]


def _recorded() -> list[sa.Column[Any]]:
    return [
        sa.Column("recorded_at", UtcMoment(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
    ]


def downgrade() -> None:
    op.drop_table("trigger_record")
    op.drop_table("activity")
