"""Find the cases that were returned as fast as those that never had an answer"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

NEVER_ANSWERED = sa.text("received_at IS NULL AND outcome IS NULL")
OWED = sa.text("outcome IS NULL AND (received_at IS NULL OR returned_at IS NOT NULL)")


def upgrade() -> None:
    _replace(NEVER_ANSWERED, OWED)


def downgrade() -> None:
    _replace(OWED, NEVER_ANSWERED)


def _replace(old: sa.TextClause, new: sa.TextClause) -> None:
    op.drop_index("ix_unit_case_open", table_name="unit_case", sqlite_where=old, postgresql_where=old)
    op.create_index("ix_unit_case_open", "unit_case", ["term_id"], sqlite_where=new, postgresql_where=new)
