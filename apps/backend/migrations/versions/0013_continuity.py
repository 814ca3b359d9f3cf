"""Tables of `continuity`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from kit import protect_novel_table
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = (
    "claim_sets",
    "claims",
    "findings",
    "rule_stats",
    "check_reports",
)


def upgrade() -> None:
    _claim_sets()
    _claims()
    _findings()
    _rule_stats()
    _check_reports()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _claim_sets() -> None:
    op.create_table(
        "claim_sets",
        sa.Column("scene_id", sa.Uuid(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("extractor", sa.String(length=60), nullable=False),
        sa.Column("registry_version", sa.Integer(), nullable=False),
        sa.Column("dropped", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_claim_sets_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_sets")),
    )
    op.create_index(op.f("ix_claim_sets_novel_id"), "claim_sets", ["novel_id"], unique=False)
    op.create_index(
        "uq_claim_sets_text", "claim_sets", ["novel_id", "scene_id", "text_hash", "extractor"], unique=True
    )
    protect_novel_table(op, "claim_sets")


def _claims() -> None:
    op.create_table(
        "claims",
        sa.Column("claim_set_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("predicate", sa.String(length=40), nullable=True),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("qualifier", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("polarity", sa.Boolean(), nullable=False),
        sa.Column("modality", sa.String(length=14), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("grade", sa.String(length=10), nullable=False),
        sa.Column("pid", sa.String(length=20), nullable=False),
        sa.Column("from_offset", sa.Integer(), nullable=False),
        sa.Column("to_offset", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_claims_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
    )
    op.create_index(op.f("ix_claims_novel_id"), "claims", ["novel_id"], unique=False)
    op.create_index("ix_claims_set", "claims", ["novel_id", "claim_set_id"], unique=False)
    protect_novel_table(op, "claims")


def _findings() -> None:
    op.create_table(
        "findings",
        sa.Column("scene_id", sa.Uuid(), nullable=True),
        sa.Column("rule", sa.String(length=16), nullable=False),
        sa.Column("subtype", sa.String(length=24), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("certainty", sa.String(length=8), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("claim", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("against", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("story_time", sa.BigInteger(), nullable=True),
        sa.Column("why", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("fixes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_findings_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
    )
    op.create_index("ix_findings_novel_fingerprint", "findings", ["novel_id", "fingerprint"], unique=False)
    op.create_index(op.f("ix_findings_novel_id"), "findings", ["novel_id"], unique=False)
    op.create_index("ix_findings_scene_status", "findings", ["novel_id", "scene_id", "status"], unique=False)
    protect_novel_table(op, "findings")


def _rule_stats() -> None:
    op.create_table(
        "rule_stats",
        sa.Column("rule", sa.String(length=16), nullable=False),
        sa.Column("fired", sa.Integer(), nullable=False),
        sa.Column("dismissed", sa.Integer(), nullable=False),
        sa.Column("recent", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("precision", sa.Float(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_rule_stats_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_stats")),
    )
    op.create_index(op.f("ix_rule_stats_novel_id"), "rule_stats", ["novel_id"], unique=False)
    op.create_index("uq_rule_stats_rule", "rule_stats", ["novel_id", "rule"], unique=True)
    protect_novel_table(op, "rule_stats")


def _check_reports() -> None:
    op.create_table(
        "check_reports",
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("scene_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("registry_version", sa.Integer(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("evaluated", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("not_evaluated", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_check_reports_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_reports")),
    )
    op.create_index(op.f("ix_check_reports_novel_id"), "check_reports", ["novel_id"], unique=False)
    op.create_index(
        "ix_check_reports_scope", "check_reports", ["novel_id", "scope", "created_at"], unique=False
    )
    protect_novel_table(op, "check_reports")
