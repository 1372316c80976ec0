"""The words that the search looks in."""

from uuid import UUID

from chassis.database import Connection

# These make one word of several for PostgreSQL: a path, a host, an address, a number and its sign; or none, of a tag.
_SIGNS = "/.-+@<&~_"
# It only says where a word may be broken.
_SOFT_HYPHEN = "\u00ad"
_SIGMA, _LAST_SIGMA = "\u03c3", "\u03c2"
# Normalized, a text can be 18 times as long, and a tsvector holds 1 MiB: of a longer one the first words are found.
_MOST = 100_000
# A text whose words are told apart, and the same in whatever form they were typed. PostgreSQL leaves out a word of
# 2 KiB, but looks before it makes small letters, which can be longer ones; so they are small by then.
_PLAIN = (
    f"translate(lower(left(normalize({{text}}::text, NFKC), {_MOST})), "
    f"'{_SIGNS}{_SOFT_HYPHEN}', '{' ' * len(_SIGNS)}')"
)

# What looks for the words of a text. In capitals nobody sees which of its two small letters a last sigma is, and
# PostgreSQL makes either, as its locale says: such a word is looked for with both.
ASKED = rf"""regexp_replace(
        plainto_tsquery('simple', {_PLAIN})::text,
        $$'([^']*)[{_SIGMA}{_LAST_SIGMA}]'$$, $$('\1{_SIGMA}' | '\1{_LAST_SIGMA}')$$, 'g'
    )::tsquery"""

# The version before asks for words as typed. From each sign of one PostgreSQL looks for the end of a path, an address
# or a comment, which takes the square of its length: nobody looks for a word of more than 64 characters.
_TYPED = r"regexp_replace(translate(lower({text}::text), '<', ' '), '\S{{65,}}', ' ', 'g')"

# What is kept of a text: its words, and its room as one more.
WORDS = f"""array_to_tsvector(ARRAY['room:' || {{room}}::uuid::text])
        || strip(to_tsvector('simple', {_TYPED})) || strip(to_tsvector('simple', {_PLAIN}))"""

_PUT = f"""
    INSERT INTO texts (id, task_id, room_id, words)
    VALUES ($1, $2, $3, {WORDS.format(room="$3", text="$4")})
    ON CONFLICT (id) DO UPDATE
    SET words = EXCLUDED.words
"""

_DELETE = """
    DELETE FROM texts
    WHERE id = $1
"""


async def put(connection: Connection, entity_id: UUID, task_id: UUID, room_id: UUID, text: str) -> None:
    """Makes the task found by the words of `text`, which are those of the task itself or of a comment on it."""
    await connection.execute(_PUT, entity_id, task_id, room_id, text)


async def delete(connection: Connection, entity_id: UUID) -> None:
    await connection.execute(_DELETE, entity_id)
