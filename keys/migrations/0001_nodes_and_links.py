"""Nodes, links, claims, and the changes that owners follow."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A claim is a lease on references whose row is about to come; nodes and links that carry one are pending.
    op.execute("""
        CREATE TABLE claims (
            id          uuid        PRIMARY KEY,
            owner       text        NOT NULL,
            expires_at  timestamptz NOT NULL
        );
        CREATE INDEX claims_expired ON claims (owner, expires_at);
    """)
    op.execute("""
        CREATE TABLE nodes (
            type        text        NOT NULL,
            id          uuid        NOT NULL,
            claim       uuid        REFERENCES claims (id),
            buried_at   timestamptz,
            drained_at  timestamptz,
            PRIMARY KEY (type, id)
        );
        CREATE INDEX nodes_claimed ON nodes (claim) WHERE claim IS NOT NULL;
        CREATE INDEX nodes_draining ON nodes (buried_at) WHERE buried_at IS NOT NULL AND drained_at IS NULL;
        CREATE INDEX nodes_drained ON nodes (drained_at) WHERE drained_at IS NOT NULL;
    """)
    # via: the link that this one requires (an assignee's membership), which cannot go before it.
    op.execute("""
        CREATE TABLE links (
            id           uuid        PRIMARY KEY,
            relation     text        NOT NULL,
            source_type  text        NOT NULL,
            source_id    uuid        NOT NULL,
            target_type  text        NOT NULL,
            target_id    uuid        NOT NULL,
            role         text,
            via          uuid        REFERENCES links (id),
            claim        uuid        REFERENCES claims (id),
            version      bigint      NOT NULL DEFAULT 1,
            made_at      timestamptz NOT NULL DEFAULT now(),
            dropped_at   timestamptz,
            FOREIGN KEY (source_type, source_id) REFERENCES nodes (type, id),
            FOREIGN KEY (target_type, target_id) REFERENCES nodes (type, id),
            CHECK ((relation = 'member') = (role IS NOT NULL))
        );
        CREATE UNIQUE INDEX links_once
            ON links (relation, source_type, source_id, target_type, target_id) WHERE dropped_at IS NULL;
        CREATE INDEX links_by_source ON links (source_type, source_id, relation, id);
        CREATE INDEX links_by_target ON links (target_type, target_id, relation, id);
        CREATE INDEX links_by_via ON links (via) WHERE via IS NOT NULL;
        CREATE INDEX links_claimed ON links (claim) WHERE claim IS NOT NULL;
        CREATE INDEX links_draining ON links (dropped_at) WHERE dropped_at IS NOT NULL;
        CREATE INDEX links_owners ON links (target_id)
            WHERE relation = 'member' AND role = 'owner' AND dropped_at IS NULL;
    """)
    # Read in the order of (xid, id) below the oldest transaction still open: so no reader skips a late commit.
    op.execute("""
        CREATE TABLE changes (
            xid      xid8        NOT NULL DEFAULT pg_current_xact_id(),
            id       bigint      GENERATED ALWAYS AS IDENTITY,
            room_id  uuid,
            actor    uuid,
            kind     text        NOT NULL,
            entity   uuid        NOT NULL,
            op       text        NOT NULL,
            version  bigint      NOT NULL DEFAULT 1,
            before   jsonb,
            after    jsonb,
            at       timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (xid, id)
        );
        CREATE INDEX changes_at ON changes (at);
    """)


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
