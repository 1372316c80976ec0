"""The log of changes has the columns of every other, and is read by room and by user too."""

from alembic import op

from chassis import feed

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(feed.FEED_TABLE)
    op.execute("""
        ALTER TABLE changes RENAME COLUMN id TO seq;
        ALTER TABLE changes RENAME COLUMN entity TO entity_id;
        ALTER TABLE changes
        ADD COLUMN request_id text NOT NULL DEFAULT '',
        ADD COLUMN user_id uuid GENERATED ALWAYS AS (
            CASE kind WHEN 'member' THEN (coalesce(after, before) ->> 'source')::uuid END
        ) STORED;
        CREATE INDEX changes_room ON changes (room_id, xid, seq) WHERE room_id IS NOT NULL;
        CREATE INDEX changes_user ON changes (user_id, xid, seq) WHERE user_id IS NOT NULL;
        CREATE UNIQUE INDEX changes_seq ON changes (seq);
        CREATE INDEX changes_actor ON changes (actor) WHERE actor IS NOT NULL;
    """)


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
