"""A claim may also take links away: those go when it is confirmed, and stay when it is given up."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE links ADD COLUMN dropping uuid REFERENCES claims (id);
        CREATE INDEX links_dropping ON links (dropping) WHERE dropping IS NOT NULL;
    """)


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
