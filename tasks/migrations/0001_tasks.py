"""Tasks, their assignees, and the counters of each room."""

from alembic import op

from keys.client import claims

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(claims.MIGRATION)
    op.execute("""
        CREATE TABLE room_counters (
            room_id      uuid   PRIMARY KEY,
            last_number  bigint NOT NULL DEFAULT 0,
            open_count   bigint NOT NULL DEFAULT 0 CHECK (open_count >= 0)
        )
    """)
    op.execute("""
        CREATE TABLE tasks (
            id            uuid        PRIMARY KEY,
            room_id       uuid        NOT NULL,
            number        bigint      NOT NULL,
            title         text        NOT NULL,
            description   text        NOT NULL,
            status        text        NOT NULL CHECK (status IN ('todo', 'doing', 'done')),
            priority      text        NOT NULL CHECK (priority IN ('none', 'low', 'medium', 'high', 'urgent')),
            rank          smallint    NOT NULL GENERATED ALWAYS AS (
                CASE priority WHEN 'none' THEN 0 WHEN 'low' THEN 1 WHEN 'medium' THEN 2 WHEN 'high' THEN 3 ELSE 4 END
            ) STORED,
            due_at        timestamptz,
            position      text        NOT NULL COLLATE "C",
            created_by    uuid,
            created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
            updated_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
            completed_at  timestamptz,
            deleted_at    timestamptz,
            version       bigint      NOT NULL DEFAULT 1,
            UNIQUE (room_id, number)
        )
    """)
    # One for each order of a list: a page is a range in each status, merged.
    op.execute("""
        CREATE UNIQUE INDEX tasks_position ON tasks (room_id, position) WHERE deleted_at IS NULL;
        CREATE INDEX tasks_status_position ON tasks (room_id, status, position) WHERE deleted_at IS NULL;
        CREATE INDEX tasks_status_number ON tasks (room_id, status, number) WHERE deleted_at IS NULL;
        CREATE INDEX tasks_status_rank ON tasks (room_id, status, rank, number) WHERE deleted_at IS NULL;
        CREATE INDEX tasks_status_updated ON tasks (room_id, status, updated_at, number) WHERE deleted_at IS NULL;
        CREATE INDEX tasks_status_due ON tasks (room_id, status, coalesce(due_at, 'infinity'), number)
            WHERE deleted_at IS NULL;
        CREATE INDEX tasks_status_due_last ON tasks (room_id, status, coalesce(due_at, '-infinity'), number)
            WHERE deleted_at IS NULL;
        CREATE INDEX tasks_trash ON tasks (room_id, deleted_at, number) WHERE deleted_at IS NOT NULL;
        CREATE INDEX tasks_purge ON tasks (deleted_at, id) WHERE deleted_at IS NOT NULL;
        CREATE INDEX tasks_created_by ON tasks (created_by) WHERE created_by IS NOT NULL;
    """)
    # is_open and due_at are copies from the task, so that one's own open tasks are a range of an index.
    op.execute("""
        CREATE TABLE task_assignees (
            task_id  uuid        NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
            user_id  uuid        NOT NULL,
            room_id  uuid        NOT NULL,
            link_id  uuid        NOT NULL UNIQUE,
            is_open  boolean     NOT NULL,
            due_at   timestamptz,
            PRIMARY KEY (task_id, user_id)
        );
        CREATE INDEX task_assignees_room ON task_assignees (user_id, room_id, is_open, task_id);
        CREATE INDEX task_assignees_open ON task_assignees (user_id, coalesce(due_at, 'infinity'), task_id)
            WHERE is_open;
    """)


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
