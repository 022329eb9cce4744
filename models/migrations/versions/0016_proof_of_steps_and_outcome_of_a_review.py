"""Who recorded a step for whom and why it was corrected, and what a review found"""

import json

import sqlalchemy as sa
from alembic import op

from models.columns import UtcMoment

revision = "0016"
down_revision = "0015"

ADDED = {
    "stage": ("on_behalf", "reason", "corrected_at"),
    "unit_case": ("adjusted", "adjusted_at", "adjusted_by", "adjusted_on_behalf"),
}


def upgrade() -> None:
    op.add_column("stage", _flag("on_behalf"))
    op.add_column("stage", _text("reason"))
    op.add_column("stage", sa.Column("corrected_at", UtcMoment(), nullable=True))
    op.add_column("unit_case", sa.Column("adjusted", sa.Boolean(), nullable=True))
    op.add_column("unit_case", sa.Column("adjusted_at", UtcMoment(), nullable=True))
    op.add_column("unit_case", _text("adjusted_by"))
    op.add_column("unit_case", _flag("adjusted_on_behalf"))
    _carry_over_answers(op.get_bind())


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), server_default=sa.text("''"), nullable=False)


def _carry_over_answers(connection: sa.Connection) -> None:
    """So far only the log knew what a review had found; of several answers the newest stands."""
    entries = sa.text("SELECT seq, subject, details FROM log_entry WHERE action = 'case.adjustment' ORDER BY seq")
    answer = sa.text(
        "UPDATE unit_case SET adjusted = :adjusted, adjusted_at = (SELECT at FROM log_entry WHERE seq = :seq), "
        "adjusted_by = (SELECT actor FROM log_entry WHERE seq = :seq) WHERE id = :case"
    ).bindparams(sa.bindparam("adjusted", type_=sa.Boolean()))
    for seq, subject, details in list(connection.execute(entries)):
        adjusted, case = json.loads(details)["adjusted"], int(subject.removeprefix("case:"))
        connection.execute(answer, {"adjusted": adjusted, "seq": seq, "case": case})


def downgrade() -> None:
    for table, names in ADDED.items():
        for name in names:
            op.drop_column(table, name)
