"""The log of changes is followed as a whole, and read by room in the order of the feed."""

from alembic import op

from chassis import feed

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(feed.FEED_TABLE)
    op.execute("""
        ALTER TABLE changes ADD COLUMN request_id text NOT NULL DEFAULT '';
        CREATE INDEX changes_topic ON changes (room_id, xid, seq);
    """)


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
