"""Reports on the road from a draft to an issued document, and what people wrote into them"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from models.columns import UtcMoment

revision = "0027"
down_revision = "0026"

OCCURRENCE = sa.table(
    "occurrence", sa.column("id"), sa.column("data_cutoff", sa.Date()), sa.column("drafted_at", UtcMoment())
)
LOG = sa.table(
    "log_entry", *map(sa.column, ("seq", "actor", "action", "subject", "details")), sa.column("at", UtcMoment())
)


def upgrade() -> None:
    drafts = op.create_table(
        "report_draft",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("occurrence_id", sa.Integer(), sa.ForeignKey("occurrence.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("drafted_at", UtcMoment(), nullable=False),
        sa.Column("drafted_by", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("changed_at", UtcMoment(), nullable=True),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.UniqueConstraint("occurrence_id", "version"),
    )
    words = op.create_table(
        "report_words",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("occurrence_id", sa.Integer(), sa.ForeignKey("occurrence.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("written_at", UtcMoment(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
    )
    op.create_index("ix_report_words_occurrence_id", words.name, ["occurrence_id"])
    _carry_over_drafts(op.get_bind(), drafts)


def _carry_over_drafts(connection: sa.Connection, drafts: sa.Table) -> None:
    """So far the log alone knew the file of a draft, and who had found it fit to be signed."""
    files: dict[str, str] = {}
    approved: dict[str, sa.Row[Any]] = {}
    entries = sa.select(LOG).where(LOG.c.action.in_(["report.draft", "report.approve"])).order_by(LOG.c.seq)
    for entry in connection.execute(entries):
        if entry.action == "report.draft":
            files[entry.subject] = json.loads(entry.details).get("file", "")
        else:
            approved[entry.subject] = entry
    drafted = sa.select(OCCURRENCE).where(OCCURRENCE.c.drafted_at.is_not(None)).order_by(OCCURRENCE.c.id)
    rows = []
    for row in connection.execute(drafted):
        name, word = files.get(f"occurrence:{row.id}", ""), approved.get(f"occurrence:{row.id}")
        rows.append(
            {
                "occurrence_id": row.id,
                "version": 1,
                "as_of": row.data_cutoff or row.drafted_at.date(),
                "drafted_at": row.drafted_at,
                "drafted_by": "kyhan",
                "file": f"reports/{name}" if name else "",
                "sha256": "",
                "state": "approved" if word else "draft",
                "document_number": "",
                "changed_at": word.at if word else None,
                "changed_by": word.actor if word else "",
            }
        )
    if rows:
        op.bulk_insert(drafts, rows)


def downgrade() -> None:
    op.drop_table("report_words")
    op.drop_table("report_draft")
