"""The keys that were shortened before there was a mark get theirs."""

from chassis.online import backfill

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What a person moves is updated, also when that person is forgotten; a shortened key leaves `updated_at` alone.
    backfill("""
        UPDATE changes
        SET is_spread = true
        WHERE seq IN (
            SELECT c.seq
            FROM changes c
            WHERE NOT c.is_spread
              AND c.actor IS NULL
              AND c.op = 'update'
              AND c.before - 'position' = '{}'
              AND c.before <> '{}'
              AND NOT EXISTS (
                  SELECT
                  FROM changes last
                  WHERE last.entity_id = c.entity_id
                    AND last.version = c.version - 1
                    AND last.after ->> 'updated_at' <> c.after ->> 'updated_at'
              )
            LIMIT 1000
        )
    """)


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
