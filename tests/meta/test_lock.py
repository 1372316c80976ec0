"""What is tested on one Python is what runs on another: the images' Python is not the developer's."""

import tomllib
from collections import Counter

from launch.settings import ROOT


def test_every_python_gets_the_same_version_of_a_package() -> None:
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    assert len(packages) > 50
    assert [name for name, versions in Counter(each["name"] for each in packages).items() if versions > 1] == []
