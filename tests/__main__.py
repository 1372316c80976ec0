"""`python -m tests` runs every tier: two pytests side by side, for half of the time is spent waiting.

The second one's output is shown when it ends. Options go to both.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

_HERE = Path(__file__).parent
# Most of what starts systems and browsers of its own, and kills them: about half of the time.
_FIRST = ("faults", "idempotency", "launch", "rooms", "users", "web")
# What needs a Docker engine is run by `make test-compose`.
_APART = ("compose",)
_NOTHING_COLLECTED = 5


def main(options: list[str]) -> int:
    first = [str(_HERE / name) for name in _FIRST]
    with tempfile.TemporaryFile("w+") as kept:
        second = subprocess.Popen([*_pytest(options), *_second()], stdout=kept, stderr=subprocess.STDOUT)
        try:
            status = subprocess.run([*_pytest(options), *first], check=False).returncode
            statuses = {status, second.wait()}
        finally:
            second.kill()
        kept.seek(0)
        print(kept.read(), flush=True)
    return max(statuses - {_NOTHING_COLLECTED}, default=_NOTHING_COLLECTED)


def _pytest(options: list[str]) -> list[str]:
    return [sys.executable, "-m", "pytest", *options]


def _second() -> list[str]:
    """All other folders: so a new one is run without a line here."""
    others = {path.parent.name for path in _HERE.glob("*/__init__.py")} - {*_FIRST, *_APART}
    return [str(_HERE / name) for name in sorted(others)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
