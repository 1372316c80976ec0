"""What texts hold that people know somebody or something by: patterns, in what Python and ECMA-262 have in common.

Nobody is kept from a name that somebody else has. But one that shows nothing stands for nobody, and a mark that turns
round what follows it changes how the words after a name read. Marks within words stay: scripts and emoji need them.
"""

# Spaces, and what is neither seen nor takes up room: joiners, marks of direction, fillers, selectors.
_UNSEEN = (
    r"\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0"
)
# Controls, breaks of lines, and what turns round.
_UNRULY = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"

VISIBLE = rf"[^{_UNSEEN}]"
NAME = rf"^(?![\s\S]*[{_UNRULY}])[\s\S]*{VISIBLE}"
# Before the pattern of what has neither spaces nor anything else between its signs.
GAPLESS = rf"^(?![\s\S]*[{_UNSEEN}{_UNRULY}])"
