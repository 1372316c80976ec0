"""The log of changes is read by room, and by task with its comments."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # `after` is the whole resource, or else `before` is.
    op.execute("""
        ALTER TABLE changes
        ADD COLUMN task_id uuid NOT NULL GENERATED ALWAYS AS (
            CASE kind WHEN 'task' THEN entity_id ELSE (coalesce(after, before) ->> 'task_id')::uuid END
        ) STORED;
        CREATE INDEX changes_room ON changes (room_id, seq);
        CREATE INDEX changes_task ON changes (task_id, seq);
    """)


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
