"""Somebody's membership of a room is one row of an index, however many rooms and members there are."""

from chassis.online import create_index

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("links_member", "ON links (source_id, target_id) WHERE relation = 'member' AND dropped_at IS NULL")


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
