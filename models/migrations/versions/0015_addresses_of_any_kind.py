"""Addresses of any kind for a person, in place of links to Zalo alone"""

import sqlalchemy as sa
from alembic import op

from models.columns import UtcMoment

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    _create("contact_address", "since")
    _move("zalo_link", "linked_at", "contact_address", "since")
    op.drop_table("zalo_link")
    op.create_index("ix_contact_address_person_id", "contact_address", ["person_id"])


def downgrade() -> None:
    _create("zalo_link", "linked_at")
    _move("contact_address", "since", "zalo_link", "linked_at")
    op.drop_table("contact_address")


def _create(table: str, moment: str) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column(moment, UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "address"),
        sa.UniqueConstraint("kind", "person_id"),
    )


def _move(old: str, old_moment: str, new: str, new_moment: str) -> None:
    """Without the ids: PostgreSQL goes on counting from its own."""
    op.execute(
        f"INSERT INTO {new} (kind, address, person_id, {new_moment}) "
        f"SELECT kind, address, person_id, {old_moment} FROM {old} ORDER BY id"
    )
