"""The lists whose plans are looked at: every order, each filter on common and on rare tasks, and together."""

from datetime import UTC, datetime
from typing import Any

from bench.plans.fill import EVERYBODY, RARE
from tasks.models import ListQuery
from tasks.orders import ORDERS

_SOON = datetime(2026, 1, 3, tzinfo=UTC)
_LATE = datetime(2036, 1, 1, tzinfo=UTC)

_FILTERS: dict[str, dict[str, Any]] = {
    "status: few": {"status": "todo,doing"},
    "status: most": {"status": "done"},
    "priority: few": {"priority": "urgent"},
    "priority: most": {"priority": "none,low"},
    "assignee: few": {"assignee": str(RARE)},
    "assignee: a third": {"assignee": "me"},
    "assignee: all": {"assignee": str(EVERYBODY)},
    "due before: few": {"due_before": _SOON},
    "due before: many": {"due_before": _LATE},
    "words: few": {"q": "zebra"},
    "words: none": {"q": "unicorn"},
    "words: all": {"q": "common word"},
    "my open ones": {"status": "todo,doing", "assignee": "me", "sort": "due"},
    "all at once": {"status": "done", "priority": "medium", "assignee": "me", "due_before": _LATE, "q": "common"},
}
CASES = {
    **{f"sort {name}": ListQuery(sort=name) for name in ORDERS},  # type: ignore[arg-type]
    **{name: ListQuery(**given) for name, given in _FILTERS.items()},
}
