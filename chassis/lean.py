"""Imported first in the process of a service: keeps out what is installed for tests alone.

quart-schema and structlog load these two where they find them, which takes an eighth of a service's start. Nothing of
ours uses them, and in a container they are not there.
"""

import sys
from types import ModuleType
from typing import cast

for _name in ("pydantic", "rich"):
    # As if it were not installed.
    sys.modules.setdefault(_name, cast("ModuleType", None))
