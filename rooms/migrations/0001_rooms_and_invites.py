"""Rooms and invites."""

from alembic import op

from keys.client import claims

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(claims.MIGRATION)
    # Beside each field the version that wrote it last: what a client has not seen is then a comparison.
    op.execute("""
        CREATE TABLE rooms (
            id                   uuid         PRIMARY KEY,
            name                 text         NOT NULL,
            name_version         bigint       NOT NULL DEFAULT 1,
            description          text         NOT NULL,
            description_version  bigint       NOT NULL DEFAULT 1,
            created_at           timestamptz  NOT NULL DEFAULT now(),
            updated_at           timestamptz  NOT NULL DEFAULT now(),
            version              bigint       NOT NULL DEFAULT 1
        );
    """)
    # The code is kept as it is: the list shows it again, so that an admin can pass it on again. It is short-lived,
    # revocable, and of use only to who is signed in.
    op.execute("""
        CREATE TABLE invites (
            code        text         PRIMARY KEY,
            room_id     uuid         NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
            role        text         NOT NULL,
            created_by  uuid         NOT NULL,
            expires_at  timestamptz  NOT NULL,
            max_uses    integer,
            uses        integer      NOT NULL DEFAULT 0,
            created_at  timestamptz  NOT NULL DEFAULT now(),
            CHECK (uses <= max_uses)
        );
        CREATE INDEX invites_of_room ON invites (room_id, created_at, code);
        CREATE INDEX invites_of_maker ON invites (created_by);
        CREATE INDEX invites_expire ON invites (expires_at);
    """)


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
