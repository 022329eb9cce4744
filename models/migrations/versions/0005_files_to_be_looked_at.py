"""Files to be looked at before they count"""

import sqlalchemy as sa
from alembic import op

import models.columns

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "staged_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", models.columns.UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("staged_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staged_file_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("staged_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staged_file_person_id"))

    op.drop_table("staged_file")
