"""Where this service is in the changes of Keys."""

from alembic import op

from keys.client import follower

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(follower.migration("keys"))


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
