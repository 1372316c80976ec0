"""What the fork server has imported before it forks.

Frozen, for a child collects its garbage when it starts: it would look through all of this, and so get copies of it.
"""

import gc
import importlib

from tests.forks import child
from tests.system import SERVICES

__all__ = ["child"]

_APPS = [f"{name}.app" for name in (*SERVICES, "tests.chassis.lab")]
# The last but one is otherwise imported only at the first connection.
for _name in ("pytest", *_APPS, "databases.backends.postgres", "chassis.__main__"):
    importlib.import_module(_name)
gc.collect()
gc.freeze()
