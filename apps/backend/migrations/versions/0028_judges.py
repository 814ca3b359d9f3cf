"""An agent that tried a model as a judge keeps what it found, on endpoints of the user it works for."""

from __future__ import annotations

from alembic import op
from kit import ME, grant, policy

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    policy(op, "model_profiles", "model_profiles_tried", "is_agent", f"user_id = {ME}")
    grant(op, "model_profiles", "is_agent", "INSERT, UPDATE")


def downgrade() -> None:
    op.execute("REVOKE INSERT, UPDATE ON model_profiles FROM is_agent")
    op.execute("DROP POLICY model_profiles_tried ON model_profiles")
