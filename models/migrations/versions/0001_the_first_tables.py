"""The first tables"""

import sqlalchemy as sa
from alembic import op

import models.columns

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "address_health",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", models.columns.UtcMoment(), nullable=False),
        sa.Column("until", models.columns.UtcMoment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("channel", "address"),
    )
    op.create_table(
        "channel_health",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("paused_until", models.columns.UtcMoment(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("alarmed_at", models.columns.UtcMoment(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("day_count", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("month_count", sa.Integer(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=True),
        sa.Column("allowance", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("channel"),
    )
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", models.columns.UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "inbound_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("headers", sa.String(), nullable=False),
        sa.Column("received_at", models.columns.UtcMoment(), nullable=False),
        sa.Column("processed_at", models.columns.UtcMoment(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("dedupe_key"),
    )
    with op.batch_alter_table("inbound_event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_inbound_event_unprocessed",
            ["kind", "id"],
            unique=False,
            sqlite_where=sa.text("processed_at IS NULL"),
            postgresql_where=sa.text("processed_at IS NULL"),
        )

    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("until", models.columns.UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "log_entry",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", models.columns.UtcMoment(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("details", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_log_entry_subject"), ["subject"], unique=False)

    op.create_table(
        "oa_token",
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("access_token", sa.String(), nullable=False),
        sa.Column("refresh_token", sa.String(), nullable=False),
        sa.Column("previous_refresh_token", sa.String(), nullable=False),
        sa.Column("obtained_at", models.columns.UtcMoment(), nullable=False),
        sa.Column("expires_at", models.columns.UtcMoment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("problem_at", models.columns.UtcMoment(), nullable=True),
        sa.Column("consent_needed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("profile"),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("parent_key", sa.String(), nullable=True),
        sa.Column("line_ministry_key", sa.String(), nullable=True),
        sa.Column("groups", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("dissolved_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "organisation_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("from_keys", sa.String(), nullable=False),
        sa.Column("to_keys", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("confirmed_at", models.columns.UtcMoment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email"),
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title_vi", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("lead_key", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("loaded_at", models.columns.UtcMoment(), nullable=False),
        sa.Column("superseded_at", models.columns.UtcMoment(), nullable=True),
        sa.Column("tracked_from", sa.Date(), nullable=False),
        sa.Column("planned_until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code", "version"),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", models.columns.UtcMoment(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_attempt_network", ["network", "at"], unique=False)
        batch_op.create_index("ix_sign_in_attempt_subject", ["subject", "at"], unique=False)

    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id", "from_day"),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index("ix_absence_days", ["to_day", "from_day"], unique=False)

    op.create_table(
        "credential",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("totp", sa.String(), nullable=False),
        sa.Column("last_counter", sa.Integer(), nullable=False),
        sa.Column("set_at", models.columns.UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_table(
        "obligation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("title_vi", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("short", sa.String(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("hand_in", sa.String(), nullable=False),
        sa.Column("flow", sa.String(), nullable=True),
        sa.Column("ladder", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan_id", "code"),
    )
    op.create_table(
        "organisation_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("abbreviation", sa.String(), nullable=False),
        sa.Column("head_title", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("organisation_id", "valid_from"),
    )
    op.create_table(
        "outside_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("issuer", "subject"),
    )
    op.create_table(
        "post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("organisation_id", "role"),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id", "role"),
    )
    op.create_table(
        "web_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("created_at", models.columns.UtcMoment(), nullable=False),
        sa.Column("last_seen_at", models.columns.UtcMoment(), nullable=False),
        sa.Column("expires_at", models.columns.UtcMoment(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("revoked_at", models.columns.UtcMoment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token"),
    )
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "zalo_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("linked_at", models.columns.UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "address"),
        sa.UniqueConstraint("kind", "person_id"),
    )
    op.create_table(
        "zalo_link_code",
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", models.columns.UtcMoment(), nullable=False),
        sa.Column("used_at", models.columns.UtcMoment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    with op.batch_alter_table("zalo_link_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_zalo_link_code_person_id"), ["person_id"], unique=False)

    op.create_table(
        "binding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["obligation_id"],
            ["obligation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("obligation_id", "organisation_id"),
    )
    with op.batch_alter_table("binding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_binding_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "occurrence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("nominal_last_day", sa.Date(), nullable=True),
        sa.Column("target_day", sa.Date(), nullable=False),
        sa.Column("late_after", sa.Date(), nullable=True),
        sa.Column("soft", sa.Boolean(), nullable=False),
        sa.Column("strict_before", sa.Boolean(), nullable=False),
        sa.Column("worded", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("data_cutoff", sa.Date(), nullable=True),
        sa.Column("trigger", sa.String(), nullable=True),
        sa.Column("deadline_phrase", sa.String(), nullable=False),
        sa.Column("opened_at", models.columns.UtcMoment(), nullable=True),
        sa.Column("drafted_at", models.columns.UtcMoment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["obligation_id"],
            ["obligation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("obligation_id", "period"),
    )
    with op.batch_alter_table("occurrence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_occurrence_opened_at"), ["opened_at"], unique=False)

    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=True),
        sa.Column("then", sa.String(), nullable=False),
        sa.Column("created_at", models.columns.UtcMoment(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("expires_at", models.columns.UtcMoment(), nullable=False),
        sa.Column("used_at", models.columns.UtcMoment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["post_id"],
            ["post.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token"),
    )
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_link_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_in_link_post_id"), ["post_id"], unique=False)

    op.create_table(
        "tenure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["post_id"],
            ["post.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("post_id", "from_day"),
    )
    with op.batch_alter_table("tenure", schema=None) as batch_op:
        batch_op.create_index("ix_tenure_post", ["post_id", "from_day", "to_day"], unique=False)

    op.create_table(
        "letter_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("drafted_at", models.columns.UtcMoment(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("changed_at", models.columns.UtcMoment(), nullable=True),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrence.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("letter_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_draft_occurrence_id"), ["occurrence_id"], unique=False)

    op.create_table(
        "projection",
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("screen_id", sa.String(), nullable=True),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("shown_at", models.columns.UtcMoment(), nullable=True),
        sa.Column("log_seq", sa.Integer(), nullable=False),
        sa.Column("failed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrence.id"],
        ),
        sa.PrimaryKeyConstraint("occurrence_id"),
    )
    op.create_table(
        "term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("agreed", sa.String(), nullable=False),
        sa.Column("target_day", sa.Date(), nullable=False),
        sa.Column("late_after", sa.Date(), nullable=True),
        sa.Column("opens_at", models.columns.UtcMoment(), nullable=True),
        sa.Column("due_soon_at", models.columns.UtcMoment(), nullable=True),
        sa.Column("due_soon_until", models.columns.UtcMoment(), nullable=True),
        sa.Column("late_at", models.columns.UtcMoment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrence.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("occurrence_id", "role", "agreed"),
    )
    op.create_table(
        "step_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("reaches", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("channels", sa.String(), server_default=" email ", nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["term_id"],
            ["term.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("term_id", "step", "reaches"),
    )
    with op.batch_alter_table("step_day", schema=None) as batch_op:
        batch_op.create_index("ix_step_day_window", ["until_day", "on_day"], unique=False)

    op.create_table(
        "unit_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("statutory_term_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", models.columns.UtcMoment(), nullable=False),
        sa.Column("received_at", models.columns.UtcMoment(), nullable=True),
        sa.Column("returned_at", models.columns.UtcMoment(), nullable=True),
        sa.Column("return_by", sa.Date(), nullable=True),
        sa.Column("accepted_at", models.columns.UtcMoment(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("outcome_at", models.columns.UtcMoment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrence.id"],
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["statutory_term_id"],
            ["term.id"],
        ),
        sa.ForeignKeyConstraint(
            ["term_id"],
            ["term.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("occurrence_id", "organisation_id"),
    )
    with op.batch_alter_table("unit_case", schema=None) as batch_op:
        batch_op.create_index(
            "ix_unit_case_open",
            ["term_id"],
            unique=False,
            sqlite_where=sa.text("received_at IS NULL AND outcome IS NULL"),
            postgresql_where=sa.text("received_at IS NULL AND outcome IS NULL"),
        )
        batch_op.create_index("ix_unit_case_organisation", ["organisation_id"], unique=False)

    op.create_table(
        "answer_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_at", models.columns.UtcMoment(), nullable=False),
        sa.Column("used_at", models.columns.UtcMoment(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["unit_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "person_id", "number"),
        sa.UniqueConstraint("token"),
    )
    op.create_table(
        "answer_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", models.columns.UtcMoment(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", models.columns.UtcMoment(), nullable=True),
        sa.Column("decided_reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["unit_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("answer_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_request_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_answer_request_waiting",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "letter_case",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["unit_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["letter_draft.id"],
        ),
        sa.PrimaryKeyConstraint("case_id", "step"),
    )
    with op.batch_alter_table("letter_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_case_draft_id"), ["draft_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("carries", sa.String(), server_default="email", nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.String(), nullable=True),
        sa.Column("attachment", sa.String(), nullable=True),
        sa.Column("created_at", models.columns.UtcMoment(), nullable=False),
        sa.Column("not_before", models.columns.UtcMoment(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", models.columns.UtcMoment(), nullable=True),
        sa.Column("finished_at", models.columns.UtcMoment(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["unit_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_person", ["person_id", "on_day"], unique=False)
        batch_op.create_index(
            "ix_message_waiting",
            ["not_before"],
            unique=False,
            sqlite_where=sa.text("state IN ('pending', 'leased')"),
            postgresql_where=sa.text("state IN ('pending', 'leased')"),
        )

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("written_at", models.columns.UtcMoment(), nullable=False),
        sa.Column("skipped", sa.String(), nullable=True),
        sa.Column("channels", sa.String(), server_default=" email ", nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["unit_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "step", "person_id"),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_digest", ["person_id", "on_day"], unique=False)
        batch_op.create_index(
            "ix_notice_urging",
            ["case_id"],
            unique=False,
            sqlite_where=sa.text("message = 'urging_letter' AND skipped IS NULL"),
            postgresql_where=sa.text("message = 'urging_letter' AND skipped IS NULL"),
        )

    op.create_table(
        "stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("applicable", sa.Boolean(), nullable=False),
        sa.Column("target_day", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("recorded_at", models.columns.UtcMoment(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["unit_case.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "code"),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=True),
        sa.Column("received_at", models.columns.UtcMoment(), nullable=False),
        sa.Column("registered_at", models.columns.UtcMoment(), nullable=False),
        sa.Column("registered_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["unit_case.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "version"),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("provider_ref", sa.String(), nullable=False),
        sa.Column("started_at", models.columns.UtcMoment(), nullable=False),
        sa.Column("finished_at", models.columns.UtcMoment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id", "number"),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("decided_at", models.columns.UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["unit_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_case_id"), ["case_id"], unique=False)

    op.create_table(
        "inbound_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received_at", models.columns.UtcMoment(), nullable=False),
        sa.Column("fetched_at", models.columns.UtcMoment(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("seen_by", sa.String(), nullable=False),
        sa.Column("seen_at", models.columns.UtcMoment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["unit_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("dedupe_key"),
    )
    with op.batch_alter_table("inbound_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbound_mail_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_inbound_mail_place"), ["place"], unique=False)
        batch_op.create_index(
            "ix_inbound_mail_to_be_seen",
            ["id"],
            unique=False,
            sqlite_where=sa.text("verdict = 'quarantined'"),
            postgresql_where=sa.text("verdict = 'quarantined'"),
        )

    op.create_table(
        "submission_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("submission_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_file_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_submission_file_submission_id"), ["submission_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("submission_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_file_submission_id"))
        batch_op.drop_index(batch_op.f("ix_submission_file_sha256"))

    op.drop_table("submission_file")
    with op.batch_alter_table("inbound_mail", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_inbound_mail_to_be_seen",
            sqlite_where=sa.text("verdict = 'quarantined'"),
            postgresql_where=sa.text("verdict = 'quarantined'"),
        )
        batch_op.drop_index(batch_op.f("ix_inbound_mail_place"))
        batch_op.drop_index(batch_op.f("ix_inbound_mail_case_id"))

    op.drop_table("inbound_mail")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_case_id"))

    op.drop_table("decision")
    op.drop_table("attempt")
    op.drop_table("submission")
    op.drop_table("stage")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_notice_urging",
            sqlite_where=sa.text("message = 'urging_letter' AND skipped IS NULL"),
            postgresql_where=sa.text("message = 'urging_letter' AND skipped IS NULL"),
        )
        batch_op.drop_index("ix_notice_digest")

    op.drop_table("notice")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_message_waiting",
            sqlite_where=sa.text("state IN ('pending', 'leased')"),
            postgresql_where=sa.text("state IN ('pending', 'leased')"),
        )
        batch_op.drop_index("ix_message_person")

    op.drop_table("message")
    with op.batch_alter_table("letter_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_case_draft_id"))

    op.drop_table("letter_case")
    with op.batch_alter_table("answer_request", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_answer_request_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(batch_op.f("ix_answer_request_case_id"))

    op.drop_table("answer_request")
    op.drop_table("answer_link")
    with op.batch_alter_table("unit_case", schema=None) as batch_op:
        batch_op.drop_index("ix_unit_case_organisation")
        batch_op.drop_index(
            "ix_unit_case_open",
            sqlite_where=sa.text("received_at IS NULL AND outcome IS NULL"),
            postgresql_where=sa.text("received_at IS NULL AND outcome IS NULL"),
        )

    op.drop_table("unit_case")
    with op.batch_alter_table("step_day", schema=None) as batch_op:
        batch_op.drop_index("ix_step_day_window")

    op.drop_table("step_day")
    op.drop_table("term")
    op.drop_table("projection")
    with op.batch_alter_table("letter_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_draft_occurrence_id"))

    op.drop_table("letter_draft")
    with op.batch_alter_table("tenure", schema=None) as batch_op:
        batch_op.drop_index("ix_tenure_post")

    op.drop_table("tenure")
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_link_post_id"))
        batch_op.drop_index(batch_op.f("ix_sign_in_link_person_id"))

    op.drop_table("sign_in_link")
    with op.batch_alter_table("occurrence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_occurrence_opened_at"))

    op.drop_table("occurrence")
    with op.batch_alter_table("binding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_binding_organisation_id"))

    op.drop_table("binding")
    with op.batch_alter_table("zalo_link_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_zalo_link_code_person_id"))

    op.drop_table("zalo_link_code")
    op.drop_table("zalo_link")
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_web_session_person_id"))

    op.drop_table("web_session")
    op.drop_table("role_grant")
    op.drop_table("post")
    op.drop_table("outside_identity")
    op.drop_table("organisation_name")
    op.drop_table("obligation")
    op.drop_table("credential")
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.drop_index("ix_absence_days")

    op.drop_table("absence")
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_attempt_subject")
        batch_op.drop_index("ix_sign_in_attempt_network")

    op.drop_table("sign_in_attempt")
    op.drop_table("plan")
    op.drop_table("person")
    op.drop_table("organisation_event")
    op.drop_table("organisation")
    op.drop_table("oa_token")
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_log_entry_subject"))

    op.drop_table("log_entry")
    op.drop_table("lease")
    with op.batch_alter_table("inbound_event", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_inbound_event_unprocessed",
            sqlite_where=sa.text("processed_at IS NULL"),
            postgresql_where=sa.text("processed_at IS NULL"),
        )

    op.drop_table("inbound_event")
    op.drop_table("heartbeat")
    op.drop_table("channel_health")
    op.drop_table("address_health")
