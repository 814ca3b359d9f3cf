"""Postings: which passage holds a term how often. They take the place of the terms inside the passages.

A question reads the rows of its own terms alone, by an index that row-level security lets the planner use; the array
of terms had to be unpacked for every passage of the book.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from kit import protect_novel_table
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "passage_postings",
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("passage_id", sa.Uuid(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_passage_postings_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["passage_id"],
            ["passages.id"],
            name=op.f("fk_passage_postings_passage_id_passages"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("novel_id", "term", "passage_id", name=op.f("pk_passage_postings")),
    )
    op.create_index("ix_passage_postings_passage", "passage_postings", ["passage_id"])
    protect_novel_table(op, "passage_postings")
    op.execute(
        "INSERT INTO passage_postings (novel_id, term, passage_id, count) "
        "SELECT p.novel_id, t.key, p.id, t.value::integer FROM passages p, jsonb_each_text(p.term_counts) t"
    )
    op.drop_index("ix_passages_terms", table_name="passages")
    op.drop_column("passages", "terms")
    op.drop_column("passages", "term_counts")


def downgrade() -> None:
    op.add_column(
        "passages", sa.Column("terms", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}")
    )
    op.add_column(
        "passages", sa.Column("term_counts", postgresql.JSONB(), nullable=False, server_default="{}")
    )
    op.execute(
        "UPDATE passages p SET terms = found.terms, term_counts = found.counts FROM ("
        "SELECT passage_id, array_agg(term ORDER BY term) AS terms, jsonb_object_agg(term, count) AS counts "
        "FROM passage_postings GROUP BY passage_id) found WHERE found.passage_id = p.id"
    )
    op.alter_column("passages", "terms", server_default=None)
    op.alter_column("passages", "term_counts", server_default=None)
    op.create_index("ix_passages_terms", "passages", ["terms"], postgresql_using="gin")
    op.drop_table("passage_postings")
