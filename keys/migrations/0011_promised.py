"""Whether anything is promised to somebody is asked when their account is deleted."""

from chassis.online import create_index

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("claims_promised", "ON claims (promised) WHERE promised IS NOT NULL")


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
