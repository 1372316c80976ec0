"""Services as processes of their own that start in no time: forked with all imported."""

import multiprocessing
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.forks import child

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.forks.preloaded"])


def fork(name: str, environ: Mapping[str, str], log: Path) -> ForkServerProcess:
    """`python -m chassis NAME` with no settings but those of `environ`. What it prints goes to the end of `log`."""
    process = _context.Process(target=child.run, args=(name, dict(environ), str(log)), daemon=True)
    process.start()
    return process
