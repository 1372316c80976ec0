"""The words that the search looks in."""

from uuid import UUID

from chassis.database import Connection

# These make one word of several for PostgreSQL: a path, a host, an address, a number and its sign; or none, of a tag.
_SIGNS = "/.-+@<&~_"
# It only says where a word may be broken.
_SOFT_HYPHEN = "\u00ad"
# In the locale C all that is not ASCII is a letter to PostgreSQL, also quotation marks, dashes, a phone's apostrophe.
# So these part words by name, in ranges without a letter: of Latin, of other scripts, of all; and what joins emoji.
_MARKS = (
    "\u00a1-\u00ac\u00ae-\u00bf\u00d7\u00f7\u055a-\u055f\u0589\u05be\u05c0\u05c3\u05f3\u05f4\u060c\u061b\u061d-\u061f\u066a-\u066d\u06d4"
    "\u0964\u0965\u0e4f\u0e5a\u0e5b\u1360-\u1368\u17d4-\u17d6\u200b\u2010-\u2029\u2030-\u205e\u20a0-\u20c0\u2190-\u2bff\u2e00-\u2e2e"
    "\u2e30-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\u303d-\u303f\u30a0\u30fb\ufffc\ufffd\U0001f000-\U0001faff"
)
_SIGMA, _LAST_SIGMA = "\u03c3", "\u03c2"
# Normalized, a text can be 18 times as long, and a tsvector holds 1 MiB: of a longer one the first words are found.
_MOST = 100_000
# A text whose words are told apart, and the same in whatever form they were typed. PostgreSQL leaves out a word of
# 2 KiB, but looks before it makes small letters, which can be longer ones; so they are small by then.
_PLAIN = (
    f"translate(lower(left(normalize({{text}}::text, NFKC), {_MOST})), "
    f"'{_SIGNS}{_SOFT_HYPHEN}', '{' ' * len(_SIGNS)}')"
)
# The capitals of a sharp s are two, and take as many bytes.
_PARTED = f"regexp_replace(replace({_PLAIN}, '\u00df', 'ss'), '[{_MARKS}][{_MARKS}\u200d\ufe0f]*', ' ', 'g')"

# What looks for words; in old texts, as they were told apart before. In capitals nobody sees which of its two
# small letters a last sigma is, and PostgreSQL makes either, as its locale says: such a word is looked for with both.
ASKED = rf"""regexp_replace(
        (plainto_tsquery('simple', {_PARTED})
            || coalesce(plainto_tsquery('simple', nullif({_PLAIN}, {_PARTED})), ''::tsquery))::text,
        $$'([^']*)[{_SIGMA}{_LAST_SIGMA}]'$$, $$('\1{_SIGMA}' | '\1{_LAST_SIGMA}')$$, 'g'
    )::tsquery"""

# The version before asks for words as typed. From each sign of one PostgreSQL looks for the end of a path, an address
# or a comment, which takes the square of its length: nobody looks for a word of more than 64 characters.
_TYPED = r"regexp_replace(translate(lower({text}::text), '<', ' '), '\S{{65,}}', ' ', 'g')"

# What is kept of a text: its words, and its room as one more.
WORDS = f"""array_to_tsvector(ARRAY['room:' || {{room}}::uuid::text])
        || strip(to_tsvector('simple', {_TYPED})) || strip(to_tsvector('simple', {_PARTED}))"""

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
