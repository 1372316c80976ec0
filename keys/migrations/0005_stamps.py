"""A stamp for each room that was written in lately, so that who remembers a view knows whether it still holds."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not logged: a stamp is written after each write, and what is lost in a crash is told by the server's start.
    op.execute("""
        CREATE UNLOGGED TABLE stamps (
            of     uuid  PRIMARY KEY,
            stamp  xid8  NOT NULL
        ) WITH (fillfactor = 50);
    """)


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
