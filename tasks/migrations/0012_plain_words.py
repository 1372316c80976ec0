"""The search tells words apart that PostgreSQL took for one: of what was written before, too."""

from chassis.online import backfill

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Words that have their positions are of before. Who writes them just now is not waited for, and does it again.
    backfill("""
        UPDATE texts
        SET words = array_to_tsvector(ARRAY['room:' || room_id::text])
            || strip(to_tsvector('simple', lower(old.text)))
            || strip(to_tsvector(
                'simple', translate(lower(left(normalize(old.text, NFKC), 100000)), '/.-+@<&~_', '         ')
            ))
        FROM (
            SELECT x.id, coalesce(t.title || chr(10) || t.description, c.body, '') AS text
            FROM texts x
            LEFT JOIN tasks t ON t.id = x.id
            LEFT JOIN comments c ON c.id = x.id
            WHERE x.words <> strip(x.words)
            LIMIT 1000
            FOR UPDATE OF x SKIP LOCKED
        ) AS old
        WHERE texts.id = old.id
    """)


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")
