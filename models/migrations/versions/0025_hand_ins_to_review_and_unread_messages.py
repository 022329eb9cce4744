"""Leads to the hand-ins nobody has looked at and to the messages nobody has read, however many there ever were"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

TO_REVIEW = sa.text("outcome IS NULL AND received_at IS NOT NULL AND accepted_at IS NULL AND returned_at IS NULL")
UNREAD = sa.text("read_at IS NULL")


def upgrade() -> None:
    op.create_index("ix_unit_case_review", "unit_case", ["id"], sqlite_where=TO_REVIEW, postgresql_where=TO_REVIEW)
    op.create_index("ix_case_message_unread", "case_message", ["id"], sqlite_where=UNREAD, postgresql_where=UNREAD)


def downgrade() -> None:
    op.drop_index("ix_case_message_unread", "case_message")
    op.drop_index("ix_unit_case_review", "unit_case")
