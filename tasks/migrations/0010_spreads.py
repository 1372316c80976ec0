"""That keys were shortened is marked in the log: without its actor, what a person moved looks the same."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE changes ADD COLUMN is_spread boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
