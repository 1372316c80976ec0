"""What callers have spent of the limits on reading and writing, at all gateways together."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not logged: what a crash forgets, the gateways still know, each of what it let through itself.
    op.execute("""
        CREATE UNLOGGED TABLE buckets (
            policy   text         NOT NULL,
            subject  bytea        NOT NULL,
            full_at  timestamptz  NOT NULL,
            PRIMARY KEY (policy, subject)
        );
        CREATE INDEX buckets_full ON buckets (full_at);
    """)


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
