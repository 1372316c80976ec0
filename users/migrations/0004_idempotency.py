"""The answers to writes that came with a key."""

from alembic import op

from chassis import idempotency

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(idempotency.MIGRATION)


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
