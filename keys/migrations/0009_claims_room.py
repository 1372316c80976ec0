"""Whether a write is under way in a room is asked with each view of it."""

from chassis.online import create_index

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("claims_room", "ON claims (room) WHERE room IS NOT NULL")


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
