"""An invite names the membership under which its maker made it."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Null in those that the version before makes: they go with whichever membership of their maker ends.
    op.execute("ALTER TABLE invites ADD COLUMN membership uuid")


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
