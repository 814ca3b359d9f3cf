"""Promises to the reader, and marks on what rests on a fact that changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from kit import protect_novel_table
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = ("promises", "promise_scenes", "stale_marks")
LIVE = sa.text("rev_to IS NULL")
OPEN = sa.text("cleared_revision IS NULL")
TERMS = "fk_passage_terms_novel_id_novels"


def upgrade() -> None:
    _promises()
    _promise_scenes()
    _stale_marks()
    # The words of a book went with its passages and not with the book itself.
    op.execute("DELETE FROM passage_terms WHERE novel_id NOT IN (SELECT id FROM novels)")
    op.create_foreign_key(TERMS, "passage_terms", "novels", ["novel_id"], ["id"], ondelete="CASCADE")


def downgrade() -> None:
    op.drop_constraint(TERMS, "passage_terms", type_="foreignkey")
    for table in reversed(TABLES):
        op.drop_table(table)


def _of_truth(name: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f(f"fk_{name}_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f(f"pk_{name}")),
    )


def _truth_indexes(name: str) -> None:
    op.create_index(op.f(f"ix_{name}_novel_id"), name, ["novel_id"])
    op.create_index(f"uq_{name}_live", name, ["id"], unique=True, postgresql_where=LIVE)
    op.create_index(f"ix_{name}_lifespan", name, ["novel_id", "rev_from", "rev_to"])
    protect_novel_table(op, name)


def _promises() -> None:
    op.create_table(
        "promises",
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("subjects", JSONB(), nullable=False),
        sa.Column("trigger", JSONB(), nullable=False),
        sa.Column("earliest", JSONB(), nullable=True),
        sa.Column("latest", JSONB(), nullable=True),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("abandoned_because", sa.Text(), nullable=True),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        *_of_truth("promises"),
    )
    _truth_indexes("promises")
    op.create_index("ix_promises_status_live", "promises", ["novel_id", "status"], postgresql_where=LIVE)


def _promise_scenes() -> None:
    op.create_table(
        "promise_scenes",
        sa.Column("promise_id", sa.Uuid(), nullable=False),
        sa.Column("scene_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(8), nullable=False),
        sa.Column("realised_evidence", JSONB(), nullable=True),
        *_of_truth("promise_scenes"),
    )
    _truth_indexes("promise_scenes")
    for column in ("promise", "scene"):
        op.create_index(
            f"ix_promise_scenes_{column}_live",
            "promise_scenes",
            ["novel_id", f"{column}_id"],
            postgresql_where=LIVE,
        )


def _stale_marks() -> None:
    op.create_table(
        "stale_marks",
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("target", sa.String(60), nullable=False),
        sa.Column("because", sa.Uuid(), nullable=False),
        sa.Column("at_revision", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(8), nullable=False),
        sa.Column("scene_id", sa.Uuid(), nullable=True),
        sa.Column("pid", sa.String(20), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("cleared_revision", sa.Integer(), nullable=True),
        sa.Column("cleared_how", sa.String(10), nullable=True),
        sa.Column("cleared_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_stale_marks_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stale_marks")),
    )
    op.create_index(op.f("ix_stale_marks_novel_id"), "stale_marks", ["novel_id"])
    op.create_index("ix_stale_marks_open", "stale_marks", ["novel_id", "kind"], postgresql_where=OPEN)
    op.create_index(
        "uq_stale_marks_open",
        "stale_marks",
        ["novel_id", "kind", "target", "because", "pid"],
        unique=True,
        postgresql_where=OPEN,
    )
    protect_novel_table(op, "stale_marks")
