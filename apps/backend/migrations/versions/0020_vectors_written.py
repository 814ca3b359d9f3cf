"""Which transaction wrote the vectors of a scene last: whoever holds vectors in memory asks for nothing but the news.

The trigger notes every way a vector comes, changes or goes, the cascade of a deleted passage included. Transactions
are numbers here, since only operators that leak nothing use an index under row-level security.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from kit import has_extension_vector, protect_novel_table

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_XID = "CAST(CAST(pg_current_xact_id() AS text) AS bigint)"
_CAME = f"""
CREATE FUNCTION note_vectors_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO passage_vectors_written AS held (novel_id, scene_id, written_by)
    SELECT DISTINCT novel_id, scene_id, {_XID} FROM written ORDER BY 1, 2
    ON CONFLICT (novel_id, scene_id) DO UPDATE SET written_by = excluded.written_by
    WHERE held.written_by <> excluded.written_by;
    RETURN NULL;
END $$
"""
_WENT = f"""
CREATE FUNCTION note_vector_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE passage_vectors_written SET written_by = {_XID}
    WHERE novel_id = OLD.novel_id AND scene_id = OLD.scene_id AND written_by <> {_XID};
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    if not has_extension_vector(op):
        return
    if _has_table("passage_vectors"):
        _name_scenes()
    else:
        _passage_vectors()
    op.execute("CREATE INDEX ix_passage_vectors_novel_scene ON passage_vectors (novel_id, scene_id)")
    op.execute(
        "CREATE TABLE passage_vectors_written ("
        "novel_id uuid NOT NULL REFERENCES novels(id) ON DELETE CASCADE, "
        "scene_id uuid NOT NULL, written_by bigint NOT NULL, PRIMARY KEY (novel_id, scene_id))"
    )
    op.execute("CREATE INDEX ix_passage_vectors_written_by ON passage_vectors_written (novel_id, written_by)")
    protect_novel_table(op, "passage_vectors_written")
    op.execute(
        "INSERT INTO passage_vectors_written (novel_id, scene_id, written_by) "
        f"SELECT DISTINCT novel_id, scene_id, {_XID} FROM passage_vectors"
    )
    op.execute(_CAME)
    op.execute(_WENT)
    for event in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER passage_vectors_{event.lower()} AFTER {event} ON passage_vectors "
            "REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_vectors_written()"
        )
    op.execute(
        "CREATE TRIGGER passage_vectors_delete AFTER DELETE ON passage_vectors "
        "FOR EACH ROW EXECUTE FUNCTION note_vector_gone()"
    )


def downgrade() -> None:
    if not _has_table("passage_vectors_written"):
        return
    for event in ("insert", "update", "delete"):
        op.execute(f"DROP TRIGGER passage_vectors_{event} ON passage_vectors")
    op.execute("DROP FUNCTION note_vectors_written()")
    op.execute("DROP FUNCTION note_vector_gone()")
    op.execute("DROP TABLE passage_vectors_written")
    op.execute("DROP INDEX ix_passage_vectors_novel_scene")
    op.execute("ALTER TABLE passage_vectors DROP COLUMN scene_id")
    op.execute("CREATE INDEX ix_passage_vectors_novel_model ON passage_vectors (novel_id, model)")


def _has_table(name: str) -> bool:
    found = op.get_bind().execute(sa.text("SELECT to_regclass(:name)"), {"name": name}).scalar()
    return found is not None


def _name_scenes() -> None:
    """Add its scene to every vector."""
    op.execute("ALTER TABLE passage_vectors ADD COLUMN scene_id uuid")
    op.execute("UPDATE passage_vectors v SET scene_id = p.scene_id FROM passages p WHERE p.id = v.passage_id")
    op.execute("ALTER TABLE passage_vectors ALTER COLUMN scene_id SET NOT NULL")
    op.execute("DROP INDEX ix_passage_vectors_novel_model")


def _passage_vectors() -> None:
    """Make the table where the server has got pgvector only since the database was begun."""
    op.execute(
        "CREATE TABLE passage_vectors ("
        "passage_id uuid NOT NULL REFERENCES passages(id) ON DELETE CASCADE, "
        "novel_id uuid NOT NULL REFERENCES novels(id) ON DELETE CASCADE, "
        "model text NOT NULL, dimensions integer NOT NULL, embedding vector NOT NULL, "
        "scene_id uuid NOT NULL, PRIMARY KEY (passage_id, model))"
    )
    protect_novel_table(op, "passage_vectors")
