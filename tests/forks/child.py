"""What runs in a process that the fork server makes: one service, as `python -m chassis NAME` runs it."""

import os
import sys
import threading
from multiprocessing import parent_process

from chassis.settings import PREFIX


def run(name: str, environ: dict[str, str], log: str) -> None:
    # Not by who runs the tests: it keeps out what they need.
    from chassis.__main__ import main

    threading.Thread(target=_end_with_parent, daemon=True).start()
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    for each in [each for each in os.environ if each.startswith(PREFIX)]:
        del os.environ[each]
    os.environ.update(environ)
    sys.exit(main([name]))


def _end_with_parent() -> None:
    """A test run that is killed leaves no services behind."""
    if parent := parent_process():
        parent.join()
        os._exit(1)
