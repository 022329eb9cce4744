"""What a person must see to is found without reading everything"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

GIVEN_UP = "state IN ('failed', 'exhausted', 'bounced')"
UNMATCHED = "result = 'unmatched'"


def upgrade() -> None:
    op.create_index(
        "ix_message_given_up",
        "message",
        ["finished_at"],
        sqlite_where=sa.text(GIVEN_UP),
        postgresql_where=sa.text(GIVEN_UP),
    )
    op.create_index(
        "ix_inbound_event_unmatched",
        "inbound_event",
        ["id"],
        sqlite_where=sa.text(UNMATCHED),
        postgresql_where=sa.text(UNMATCHED),
    )


def downgrade() -> None:
    op.drop_index("ix_inbound_event_unmatched", "inbound_event")
    op.drop_index("ix_message_given_up", "message")
