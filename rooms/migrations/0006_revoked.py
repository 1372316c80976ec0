"""An invite that is revoked stays for as long as that can be undone."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # It expires when it is revoked, so that the version before does not take it either; this is its end of before.
    op.execute("ALTER TABLE invites ADD COLUMN would_expire_at timestamptz")


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
