"""The log of changes: each is written in the transaction of its row."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE changes (
            seq        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            xid        xid8        NOT NULL DEFAULT pg_current_xact_id(),
            room_id    uuid        NOT NULL,
            actor      uuid,
            kind       text        NOT NULL,
            entity_id  uuid        NOT NULL,
            op         text        NOT NULL,
            version    bigint      NOT NULL,
            before     jsonb,
            after      jsonb,
            at         timestamptz NOT NULL DEFAULT clock_timestamp()
        );
        CREATE INDEX changes_order ON changes (xid, seq);
        CREATE INDEX changes_entity ON changes (entity_id, version);
        CREATE INDEX changes_actor ON changes (actor) WHERE actor IS NOT NULL;
    """)


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
