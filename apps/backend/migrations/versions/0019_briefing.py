"""What a briefing asks for without reading the whole book: the scenes of a viewpoint."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_cards_pov_live", "cards", ["novel_id", "pov_id"], postgresql_where=sa.text("rev_to IS NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_cards_pov_live", table_name="cards")
