"""Every record of a step, with when it was written and superseded; the file of a proposal"""

import json
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

from models.columns import UtcMoment

revision = "0021"
down_revision = "0020"

CURRENT = sa.text("superseded_at IS NULL")
RECORDED, TAKEN_BACK, ADJUSTMENT = "case.stage", "case.stage_taken_back", "case.adjustment"
STAGE = sa.table(
    "stage",
    *map(sa.column, ("id", "case_id", "code", "position", "document_number", "place", "recorded_by", "reason")),
    *(sa.column(name, sa.Boolean()) for name in ("applicable", "on_behalf")),
    *(sa.column(name, sa.Date()) for name in ("target_day", "done_on")),
    *(sa.column(name, UtcMoment()) for name in ("recorded_at", "corrected_at", "superseded_at")),
)
LOG = sa.table(
    "log_entry", *map(sa.column, ("seq", "actor", "action", "subject", "details")), sa.column("at", UtcMoment())
)
BLANK = {
    **{"done_on": None, "document_number": "", "place": "", "reason": "", "on_behalf": False},
    **{"recorded_at": None, "recorded_by": "", "corrected_at": None},
}


def upgrade() -> None:
    with op.batch_alter_table("stage", naming_convention={"uq": "stage_%(column_0_N_name)s_key"}) as batch:
        batch.add_column(sa.Column("superseded_at", UtcMoment(), nullable=True))
        batch.drop_constraint("stage_case_id_code_key", type_="unique")
    op.create_index("ix_stage_case_id", "stage", ["case_id"])
    op.create_index(
        "ix_stage_current",
        "stage",
        ["case_id", "code"],
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    _carry_over_records(op.get_bind())
    op.add_column("proposal", sa.Column("file_name", sa.String(), server_default=sa.text("''"), nullable=False))
    op.add_column("proposal", sa.Column("file_sha256", sa.String(), server_default=sa.text("''"), nullable=False))
    op.add_column("proposal", sa.Column("file_size", sa.Integer(), server_default=sa.text("0"), nullable=False))


def _carry_over_records(connection: sa.Connection) -> None:
    """So far a step kept its newest record alone; the log knows those before it."""
    entries = sa.select(LOG).where(LOG.c.action.in_([RECORDED, TAKEN_BACK, ADJUSTMENT])).order_by(LOG.c.seq)
    told: dict[int, list[sa.Row[Any]]] = {}
    for entry in connection.execute(entries):
        told.setdefault(int(entry.subject.removeprefix("case:")), []).append(entry)
    past = []
    for row in list(connection.execute(sa.select(STAGE).order_by(STAGE.c.id)).mappings()):
        records = _records(row, told.get(row["case_id"], []))
        if len(records) == 1 and row["done_on"] and row["recorded_at"]:  # by a version that did not log it
            records.append({"recorded_at": row["recorded_at"]})
        if len(records) == 1:
            continue
        moments = [record["recorded_at"] for record in records]
        past += [record | {"superseded_at": at} for record, at in zip(records[:-1], moments[1:], strict=True)]
        newest = sa.update(STAGE).where(STAGE.c.id == row["id"])
        connection.execute(newest.values(recorded_at=row["recorded_at"] or moments[-1]))
    if past:
        connection.execute(sa.insert(STAGE), past)


def _records(row: sa.RowMapping, entries: list[sa.Row[Any]]) -> list[dict[str, Any]]:
    """Of one step, the first one from the opening of its case; its target day is the only one ever kept."""
    details = [(entry, json.loads(entry.details)) for entry in entries]
    conditional = any(row["code"] in facts.get("stages", ()) for entry, facts in details if entry.action == ADJUSTMENT)
    kept = {name: row[name] for name in ("case_id", "code", "position", "target_day")}
    last = kept | BLANK | {"applicable": row["applicable"] and not conditional}
    records = [last]
    for entry, facts in details:
        if entry.action == ADJUSTMENT and not conditional:
            continue
        if (changed := _change(row["code"], last, entry, facts)) is None:
            continue
        by = {"recorded_at": entry.at, "recorded_by": entry.actor}
        by |= {"reason": facts.get("reason") or "", "on_behalf": facts.get("on_behalf", False)}
        corrected = entry.at if last["done_on"] and changed.get("done_on") else None
        last = last | by | changed | {"corrected_at": corrected}
        records.append(last)
    return records


def _change(code: str, last: dict[str, Any], entry: sa.Row[Any], facts: dict[str, Any]) -> dict[str, Any] | None:
    """What the entry did to this step; None: nothing."""
    if entry.action == ADJUSTMENT:
        applicable = code in facts.get("stages", ()) or last["done_on"] is not None
        return {"applicable": applicable} if applicable is not last["applicable"] else None
    if facts["stage"] != code:
        return None
    if entry.action == TAKEN_BACK:
        return {"done_on": None, "document_number": "", "place": ""}
    done_on = date.fromisoformat(facts["done_on"])
    return {"done_on": done_on, "document_number": facts["number"] or "", "place": facts["place"] or ""}


def downgrade() -> None:
    """Of each step the record that stands."""
    for name in ("file_name", "file_sha256", "file_size"):
        op.drop_column("proposal", name)
    op.execute("DELETE FROM stage WHERE superseded_at IS NOT NULL")
    op.execute("UPDATE stage SET recorded_at = NULL, recorded_by = '' WHERE done_on IS NULL")
    op.drop_index("ix_stage_current", "stage")
    op.drop_index("ix_stage_case_id", "stage")
    with op.batch_alter_table("stage") as batch:
        batch.drop_column("superseded_at")
        batch.create_unique_constraint("stage_case_id_code_key", ["case_id", "code"])
