"""Postings say all that a score needs, and in one index, so that a question reads no passage of the book."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_KEY = "pk_passage_postings"


def upgrade() -> None:
    op.add_column("passage_postings", sa.Column("scene_id", sa.Uuid(), nullable=True))
    op.add_column("passage_postings", sa.Column("language", sa.String(8), nullable=True))
    op.add_column("passage_postings", sa.Column("length", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE passage_postings w SET scene_id = p.scene_id, language = p.language, length = p.length "
        "FROM passages p WHERE p.id = w.passage_id"
    )
    for column in ("scene_id", "language", "length"):
        op.alter_column("passage_postings", column, nullable=False)
    op.execute(f"ALTER TABLE passage_postings DROP CONSTRAINT {_KEY}")
    op.execute(
        f"ALTER TABLE passage_postings ADD CONSTRAINT {_KEY} PRIMARY KEY (novel_id, term, passage_id) "
        "INCLUDE (scene_id, language, count, length)"
    )
    op.create_index(
        "ix_passages_language", "passages", ["novel_id", "language"], postgresql_include=["length"]
    )


def downgrade() -> None:
    op.drop_index("ix_passages_language", table_name="passages")
    op.execute(f"ALTER TABLE passage_postings DROP CONSTRAINT {_KEY}")
    op.execute(f"ALTER TABLE passage_postings ADD CONSTRAINT {_KEY} PRIMARY KEY (novel_id, term, passage_id)")
    for column in ("length", "language", "scene_id"):
        op.drop_column("passage_postings", column)
