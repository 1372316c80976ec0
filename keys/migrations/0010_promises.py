"""To whom a claim that is made ahead promises that their right stays; and who takes it away waits for that.

It is said here and not in the service, so it holds for whatever writes these tables, the version before too. Who
makes claims ahead holds the rows of the right meanwhile. So they are there before such a row is changed, and the
triggers see them and sleep until they are over; or they come after the change, and are refused.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE claims ADD COLUMN promised uuid")
    # One statement sleeps once, when all of its rows are held: it may take away what is promised to many. It sleeps a
    # little longer than keys.client.ahead uses a promise.
    op.execute("""
        CREATE FUNCTION note_promise_to_member() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM claims WHERE room = NEW.target_id AND promised = NEW.source_id) THEN
                PERFORM set_config('tasksync.promised', 'yes', true);
            END IF;
            RETURN NULL;
        END
        $$;
        CREATE FUNCTION note_promise_at_node() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM claims WHERE room = NEW.id AND promised IS NOT NULL)
                OR EXISTS (SELECT FROM claims WHERE promised = NEW.id) THEN
                PERFORM set_config('tasksync.promised', 'yes', true);
            END IF;
            RETURN NULL;
        END
        $$;
        CREATE FUNCTION outlive_promises() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF current_setting('tasksync.promised', true) = 'yes' THEN
                PERFORM set_config('tasksync.promised', '', true);
                PERFORM pg_sleep(0.125);
            END IF;
            RETURN NULL;
        END
        $$;
        CREATE TRIGGER note_promise AFTER UPDATE OF role, dropped_at ON links
            FOR EACH ROW WHEN (NEW.relation = 'member') EXECUTE FUNCTION note_promise_to_member();
        CREATE TRIGGER outlive_promises AFTER UPDATE OF role, dropped_at ON links
            FOR EACH STATEMENT EXECUTE FUNCTION outlive_promises();
        CREATE TRIGGER note_promise AFTER UPDATE OF buried_at ON nodes
            FOR EACH ROW WHEN (NEW.type IN ('user', 'room')) EXECUTE FUNCTION note_promise_at_node();
        CREATE TRIGGER outlive_promises AFTER UPDATE OF buried_at ON nodes
            FOR EACH STATEMENT EXECUTE FUNCTION outlive_promises();
    """)


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
