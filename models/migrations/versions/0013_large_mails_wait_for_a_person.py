"""Mails over the limit wait for a person like every other mail that was not registered"""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("UPDATE inbound_mail SET verdict = 'quarantined' WHERE verdict = 'rejected'")


def downgrade() -> None:
    """They can no longer be told apart, and need not be."""
