"""One person for an address, however it was written"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

# what a second person of the same address was given: the table, and what one person has in it only once
MOVED = {"tenure": "", "message": "", "absence": "from_day", "role_grant": "role"}


def upgrade() -> None:
    connection = op.get_bind()
    first: dict[str, int] = {}  # whoever signs in with the address
    people = list(connection.execute(sa.text("SELECT id, lower(email) FROM person ORDER BY id")))
    for id, email in people:
        if first.setdefault(email, id) != id:
            _give_up(connection, id, first[email])
    connection.execute(sa.text("UPDATE person SET email = lower(email) WHERE email <> lower(email)"))
    op.create_index("uq_person_address", "person", [sa.text("lower(email)")], unique=True)


def _give_up(connection: sa.Connection, second: int, first: int) -> None:
    for table, once in MOVED.items():
        free = f" AND {once} NOT IN (SELECT {once} FROM {table} WHERE person_id = :first)" if once else ""
        move = sa.text(f"UPDATE {table} SET person_id = :first WHERE person_id = :second{free}")
        connection.execute(move, {"first": first, "second": second})
    # the row stays, for the reminders it was sent; nobody can be written to under .invalid
    nobody = {"email": f"{second}@same-as-{first}.invalid", "id": second}
    connection.execute(sa.text("UPDATE person SET email = :email WHERE id = :id"), nobody)


def downgrade() -> None:
    op.drop_index("uq_person_address", table_name="person")
