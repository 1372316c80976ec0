"""Where a new task goes is found where it is written, in the statement that writes it."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # As tasks.positions: the last digits of the whole part that are `z` become `0`, and the one before them one more;
    # of nothing but `z` comes the next letter, with a digit more, or one less before `a`.
    op.execute("""
        CREATE FUNCTION position_after(low text) RETURNS text
        LANGUAGE plpgsql IMMUTABLE STRICT AS $$
        DECLARE
            all_digits CONSTANT text := '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
            head   integer := ascii(low);
            size   integer := CASE WHEN head >= ascii('a') THEN head - ascii('a') + 1 ELSE ascii('Z') - head + 1 END;
            digits text    := substr(low, 2, size);
            kept   text    := rtrim(digits, 'z');
        BEGIN
            IF kept <> '' THEN
                RETURN chr(head) || left(kept, -1) || substr(all_digits, strpos(all_digits, right(kept, 1)) + 1, 1)
                    || repeat('0', size - length(kept));
            ELSIF head = ascii('Z') THEN
                RETURN 'a0';
            END IF;
            RETURN chr(head + 1) || repeat('0', CASE WHEN head >= ascii('a') THEN size + 1 ELSE size - 1 END);
        END
        $$
    """)
    # Volatile, so that it looks when it is called: the statement's own snapshot is older than its wait for the room.
    op.execute("""
        CREATE FUNCTION end_of_list(room uuid) RETURNS text
        LANGUAGE plpgsql VOLATILE AS $$
        BEGIN
            RETURN coalesce((
                SELECT position_after(position)
                FROM tasks
                WHERE room_id = room AND deleted_at IS NULL
                ORDER BY position DESC
                LIMIT 1
            ), 'a0');
        END
        $$
    """)


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
