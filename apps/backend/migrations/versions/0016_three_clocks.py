"""Events, ways, beliefs and disclosures; what names and facts lacked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from kit import protect_novel_table
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = ("events", "event_participants", "event_links", "routes", "beliefs", "disclosures")
LIVE = sa.text("rev_to IS NULL")


def upgrade() -> None:
    op.add_column("aliases", sa.Column("initials", sa.String(60), nullable=True))
    op.add_column("assertions", sa.Column("disputed_with", sa.Uuid(), nullable=True))
    op.add_column("assertions", sa.Column("because", sa.Text(), nullable=True))
    _events()
    _ways()
    _knowledge()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_column("assertions", "because")
    op.drop_column("assertions", "disputed_with")
    op.drop_column("aliases", "initials")


def _truth_table(name: str, *columns: sa.Column[object], anchored: bool, live: tuple[str, ...] = ()) -> None:
    """Make a table of rows of truth with its lifespan, its indexes and its protection."""
    ticks = (
        (
            sa.Column("valid_from", JSONB(), nullable=False),
            sa.Column("valid_to", JSONB(), nullable=True),
            sa.Column("from_tick", sa.BigInteger(), nullable=True),
            sa.Column("from_block", sa.Integer(), nullable=True),
            sa.Column("to_tick", sa.BigInteger(), nullable=True),
            sa.Column("to_block", sa.Integer(), nullable=True),
            sa.Column("certainty_of_time", sa.String(10), nullable=True),
        )
        if anchored
        else ()
    )
    op.create_table(
        name,
        *columns,
        *ticks,
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
    op.create_index(op.f(f"ix_{name}_novel_id"), name, ["novel_id"])
    op.create_index(f"uq_{name}_live", name, ["id"], unique=True, postgresql_where=LIVE)
    op.create_index(f"ix_{name}_lifespan", name, ["novel_id", "rev_from", "rev_to"])
    for column in live:
        short = column.removesuffix("_id")
        op.create_index(f"ix_{name}_{short}_live", name, ["novel_id", column], postgresql_where=LIVE)
    protect_novel_table(op, name)


def _events() -> None:
    _truth_table(
        "events",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("scene_id", sa.Uuid(), nullable=True),
        sa.Column("preconditions", JSONB(), nullable=False),
        sa.Column("effects", JSONB(), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        anchored=True,
        live=("scene_id",),
    )
    _truth_table(
        "event_participants",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(12), nullable=False),
        anchored=False,
        live=("event_id", "entity_id"),
    )
    _truth_table(
        "event_links",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("cause_id", sa.Uuid(), nullable=False),
        anchored=False,
        live=("event_id",),
    )


def _ways() -> None:
    _truth_table(
        "routes",
        sa.Column("a_id", sa.Uuid(), nullable=False),
        sa.Column("b_id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.String(8), nullable=False),
        sa.Column("min_ticks", sa.BigInteger(), nullable=False),
        sa.Column("both_ways", sa.Boolean(), nullable=False),
        sa.Column("needs", JSONB(), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        anchored=True,
    )


def _knowledge() -> None:
    _truth_table(
        "beliefs",
        sa.Column("knower_id", sa.Uuid(), nullable=True),
        sa.Column("fact_id", sa.Uuid(), nullable=True),
        sa.Column("pattern", JSONB(), nullable=True),
        sa.Column("stance", sa.String(16), nullable=False),
        sa.Column("believed_object_id", sa.Uuid(), nullable=True),
        sa.Column("believed_value", JSONB(), nullable=True),
        sa.Column("hides", sa.String(8), nullable=False),
        sa.Column("hides_from", JSONB(), nullable=False),
        sa.Column("via", sa.String(12), nullable=False),
        sa.Column("source_entity_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        anchored=True,
        live=("fact_id", "knower_id"),
    )
    _truth_table(
        "disclosures",
        sa.Column("scene_id", sa.Uuid(), nullable=False),
        sa.Column("pid", sa.String(20), nullable=True),
        sa.Column("fact_id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.String(8), nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        anchored=False,
        live=("fact_id", "scene_id"),
    )
