"""What the search looks in: the words of each task and of each comment."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A table of its own: a move of a task then leaves the index of its words alone.
    # No list of pending entries: a search would have to read it through after a burst of writes.
    # The room is a word too, so that a search costs what its room holds, not what the whole system holds.
    op.execute("""
        CREATE TABLE texts (
            id       uuid     PRIMARY KEY,
            task_id  uuid     NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
            room_id  uuid     NOT NULL,
            words    tsvector NOT NULL
        );
        CREATE INDEX texts_task ON texts (task_id);
        CREATE INDEX texts_words ON texts USING gin (words) WITH (fastupdate = off);
    """)


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
