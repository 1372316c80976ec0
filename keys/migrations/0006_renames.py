"""Who was renamed: their members' records are told anew, page by page."""

from alembic import op

from keys.client import follower

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(follower.migration("users"))
    # `after` is the last of their memberships that has been told.
    op.execute("""
        CREATE TABLE renames (
            user_id  uuid  PRIMARY KEY,
            after    uuid  NOT NULL
        );
    """)


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
