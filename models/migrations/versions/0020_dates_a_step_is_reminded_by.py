"""The dates by which whoever owes a step after a hand-in is reminded of it"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    with op.batch_alter_table("stage") as stage:
        stage.add_column(sa.Column("term_id", sa.Integer(), nullable=True))
        stage.create_foreign_key("fk_stage_term_id", "term", ["term_id"], ["id"])
    op.create_index("ix_stage_term", "stage", ["term_id"])


def downgrade() -> None:
    op.drop_index("ix_stage_term", "stage")
    with op.batch_alter_table("stage") as stage:
        stage.drop_constraint("fk_stage_term_id", type_="foreignkey")
        stage.drop_column("term_id")
