"""The invites of a maker in one room are found without those in all others."""

from chassis.online import create_index

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # It does what `invites_of_maker` does too, which goes a release later.
    create_index("invites_of_maker_by_room", "ON invites (created_by, room_id)")


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
