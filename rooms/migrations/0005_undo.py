"""A version of a room is looked up in the log, to be taken back."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX changes_entity ON changes (entity_id, version)")


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
