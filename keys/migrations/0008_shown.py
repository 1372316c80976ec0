"""What a claim makes may show before it is confirmed; and which room such a claim is about to be written in."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE nodes ADD COLUMN shown boolean NOT NULL DEFAULT false")
    op.execute("ALTER TABLE links ADD COLUMN shown boolean NOT NULL DEFAULT false")
    op.execute("ALTER TABLE claims ADD COLUMN room uuid")


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
