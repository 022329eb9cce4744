"""Decisions and registrations that are taken back, and the reminders of what was returned for completion"""

import sqlalchemy as sa
from alembic import op

from models.columns import UtcMoment

revision = "0031"
down_revision = "0030"

ACTS = ("submission", "decision")


def upgrade() -> None:
    for table in ACTS:
        op.add_column(table, sa.Column("changed", sa.String(), nullable=False, server_default=sa.text("''")))
        op.add_column(table, sa.Column("taken_back_at", UtcMoment(), nullable=True))
    op.add_column("letter_draft", sa.Column("issued_from", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("unit_case", sa.Column("return_term_id", sa.Integer(), nullable=True))
    op.create_index("ix_unit_case_return_term", "unit_case", ["return_term_id"])


def downgrade() -> None:
    op.drop_index("ix_unit_case_return_term", "unit_case")
    op.drop_column("unit_case", "return_term_id")
    with op.batch_alter_table("letter_draft") as letter:
        letter.drop_column("issued_from")
    for table in ACTS:
        with op.batch_alter_table(table) as act:
            act.drop_column("taken_back_at")
            act.drop_column("changed")
