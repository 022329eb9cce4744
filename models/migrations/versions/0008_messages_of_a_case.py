"""Find the messages about one case without walking through every digest ever sent"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

OF_A_CASE = sa.text("case_id IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_message_case", "message", ["case_id"], sqlite_where=OF_A_CASE, postgresql_where=OF_A_CASE)


def downgrade() -> None:
    op.drop_index("ix_message_case", table_name="message", sqlite_where=OF_A_CASE, postgresql_where=OF_A_CASE)
