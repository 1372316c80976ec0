"""Comments on tasks. A deleted one is out of sight at once, and gone when Keys has let go of it."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE comments (
            id          uuid        PRIMARY KEY,
            task_id     uuid        NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
            author      uuid,
            body        text        NOT NULL,
            created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
            updated_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
            deleted_at  timestamptz,
            version     bigint      NOT NULL DEFAULT 1
        );
        CREATE INDEX comments_task ON comments (task_id, id);
        CREATE INDEX comments_author ON comments (author) WHERE author IS NOT NULL;
        CREATE INDEX comments_purge ON comments (deleted_at, id) WHERE deleted_at IS NOT NULL;
    """)


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
