"""When each duty was last looked at, the ladder of each term, and the last day of contributors"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

OF_OCCURRENCE = (
    "SELECT obligation.ladder FROM obligation JOIN occurrence ON occurrence.obligation_id = obligation.id "
    "WHERE occurrence.id = term.occurrence_id"
)
# The plan's last day binds whoever contributes as it binds the lead: both are late from the same moment.
LATE_WITH_THE_OTHERS = """
UPDATE term SET
    late_after = (SELECT late_after FROM occurrence WHERE occurrence.id = term.occurrence_id),
    late_at = (SELECT MIN(other.late_at) FROM term AS other
               WHERE other.occurrence_id = term.occurrence_id AND other.agreed = '' AND other.role <> 'contributor'),
    due_soon_until = NULL
WHERE role = 'contributor' AND agreed = '' AND late_after IS NULL AND EXISTS (
    SELECT 1 FROM term AS other WHERE other.occurrence_id = term.occurrence_id AND other.agreed = ''
    AND other.role <> 'contributor' AND other.late_at IS NOT NULL
)
"""


def upgrade() -> None:
    op.add_column("obligation", sa.Column("looked_on", sa.Date(), nullable=True))
    op.add_column("term", sa.Column("ladder", sa.String(), nullable=True))
    op.execute(f"UPDATE term SET ladder = ({OF_OCCURRENCE})")
    op.execute(LATE_WITH_THE_OTHERS)


def downgrade() -> None:
    op.drop_column("term", "ladder")
    op.drop_column("obligation", "looked_on")
