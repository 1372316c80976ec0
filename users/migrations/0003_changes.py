"""The log of changes: each is written in the transaction of its row."""

from alembic import op

from chassis import feed

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(feed.changes_table("account_id"))
    op.execute(feed.FEED_TABLE)


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
