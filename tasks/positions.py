"""Fractional indexing: a task's position is a text, and between any two there is room for another.

A key is a whole part and a fraction, in base 62. The first letter tells how many digits the whole part has: `a` one,
`b` two, up to `z`; and `Z` one, `Y` two, down to `A`, for those before `a0`. So keys at either end stay short, and
keys compare as their bytes do. A fraction never ends in `0`, so there is always one between two.
"""

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
FIRST = "a0"
_VALUES = {digit: value for value, digit in enumerate(DIGITS)}


def between(low: str | None, high: str | None) -> str:
    """A key after `low` and before `high`; None stands for the end on that side."""
    if low is None:
        return FIRST if high is None else _before(high)
    if high is None:
        return _step(_whole(low), 1)
    whole, high_whole = _whole(low), _whole(high)
    if whole == high_whole:
        return whole + _middle(low[len(whole) :], high[len(whole) :])
    following = _step(whole, 1)
    return following if following < high else whole + _middle(low[len(whole) :], None)


def spread(low: str | None, high: str | None, count: int) -> list[str]:
    """`count` keys in order between `low` and `high`, as short as can be."""
    if count == 0:
        return []
    if high is None:
        keys = []
        for _ in range(count):
            low = between(low, None)
            keys.append(low)
        return keys
    if low is None:
        keys = []
        for _ in range(count):
            high = between(None, high)
            keys.append(high)
        return keys[::-1]
    half = count // 2
    middle = between(low, high)
    return [*spread(low, middle, half), middle, *spread(middle, high, count - half - 1)]


def _before(high: str) -> str:
    whole = _whole(high)
    return whole if whole < high else _step(whole, -1)


def _whole(key: str) -> str:
    return key[: 1 + _length(key[0])]


def _length(head: str) -> int:
    return ord(head) - ord("a") + 1 if head >= "a" else ord("Z") - ord(head) + 1


def _step(whole: str, by: int) -> str:
    """The whole part after (1) or before (-1) this one. No room has 62 to the power of 26 tasks, so there is one."""
    head, size = whole[0], len(whole) - 1
    number = 0
    for digit in whole[1:]:
        number = number * 62 + _VALUES[digit]
    number += by
    if 0 <= number < 62**size:
        return head + _digits(number, size)
    # Over the edge: the next letter; its whole parts have one digit more on the way out, and one less on the way in.
    head = {("Z", 1): "a", ("a", -1): "Z"}.get((head, by)) or chr(ord(head) + by)
    size = _length(head)
    return head + _digits(0 if by > 0 else 62**size - 1, size)


def _digits(number: int, size: int) -> str:
    text = ""
    for _ in range(size):
        number, rest = divmod(number, 62)
        text = DIGITS[rest] + text
    return text


def _middle(low: str, high: str | None) -> str:
    """The shortest fraction, nearly, after `low` and before `high` (None: before 1)."""
    if high is not None:
        shared = 0
        while shared < len(high) and (low[shared] if shared < len(low) else "0") == high[shared]:
            shared += 1
        if shared:
            return high[:shared] + _middle(low[shared:], high[shared:])
    floor = _VALUES[low[0]] if low else 0
    ceiling = _VALUES[high[0]] if high else 62
    if ceiling - floor > 1:
        return DIGITS[(floor + ceiling) // 2]
    if high is not None and len(high) > 1:
        return high[0]
    return DIGITS[floor] + _middle(low[1:], None)
