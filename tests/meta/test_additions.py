"""What is added in one place stands in the others that go by it: nothing tells of it when it does not."""

import re
from pathlib import Path
from typing import get_args

import pytest

from audit.checks import CHECKS
from gateway.live import models, translate
from keys.relations import RULES, Rule
from tasks import activity, changes, merging
from tasks.models import NewComment, NewTask, TaskEdit

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "rule", [each for each in RULES if each.relation != "member"], ids=lambda rule: rule.relation
)
def test_the_audit_compares_each_relation_that_a_service_has_rows_of(rule: Rule) -> None:
    names = {check.name for check in CHECKS}
    assert {f"{rule.relation} of {source}s" for source in rule.source} <= names


@pytest.mark.parametrize("kind", get_args(changes.Kind))
def test_each_kind_of_change_of_tasks_is_told_to_clients(kind: str) -> None:
    assert kind in translate._OWN_KINDS["tasks"]
    assert kind in activity._TOLD


def test_the_guide_and_the_document_have_each_kind_of_change() -> None:
    told = re.findall(r"^\| `(\w+)` \| the \w+ \|", (ROOT / "docs" / "live.md").read_text(), re.MULTILINE)
    assert set(told) == set(get_args(models.Kind)) >= set().union(*translate._OWN_KINDS.values())


def test_each_field_of_a_task_that_is_written_collides_and_is_shown_in_its_history() -> None:
    assert set(TaskEdit.__struct_fields__) <= set(merging.SUBSTANCE)
    assert set(NewTask.__struct_fields__) <= set(activity._TOLD["task"])
    assert set(NewComment.__struct_fields__) <= set(activity._TOLD["comment"])
