"""Settings come from the environment, whole or not at all."""

from pathlib import Path

import pytest

from chassis.settings import DatabaseSettings, ServiceSettings, SettingsError, load

NEEDED = {
    "TASKSYNC_LAB_BIND": "127.0.0.1:1",
    "TASKSYNC_PASSPORT_SECRET": "s" * 32,
    "TASKSYNC_LAB_DATABASE_URL": "postgresql://lab:hunter2@db/lab",
}


def read(**environ: str) -> DatabaseSettings:
    return load(DatabaseSettings, "lab", NEEDED | environ)


def test_what_is_not_given_has_its_default() -> None:
    settings = read()
    assert settings.database_url == NEEDED["TASKSYNC_LAB_DATABASE_URL"]
    assert (settings.log_level, settings.database_pool, settings.shutdown_seconds) == ("info", 10, 5.0)


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as raised:
        load(DatabaseSettings, "lab", {})
    for name in ("BIND", "PASSPORT_SECRET", "DATABASE_URL"):
        assert f"TASKSYNC_LAB_{name} or TASKSYNC_{name}" in str(raised.value)


def test_a_services_own_variable_wins_over_the_shared_one() -> None:
    assert read(TASKSYNC_DATABASE_POOL="3").database_pool == 3
    assert read(TASKSYNC_DATABASE_POOL="3", TASKSYNC_LAB_DATABASE_POOL="7").database_pool == 7
    assert read(TASKSYNC_OTHER_DATABASE_POOL="9").database_pool == 10


def test_an_empty_variable_is_none() -> None:
    assert read(TASKSYNC_LAB_DATABASE_POOL="").database_pool == 10
    with pytest.raises(SettingsError, match="TASKSYNC_PASSPORT_SECRET"):
        read(TASKSYNC_PASSPORT_SECRET="")


def test_a_variable_may_name_a_file_that_holds_the_value(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("f" * 32 + "\n")
    environ = {name: value for name, value in NEEDED.items() if name != "TASKSYNC_PASSPORT_SECRET"}
    settings = load(ServiceSettings, "lab", {**environ, "TASKSYNC_PASSPORT_SECRET_FILE": str(secret)})
    assert settings.passport_secret == "f" * 32


def test_a_services_own_file_wins_over_the_shared_value(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("o" * 32)
    assert read(TASKSYNC_LAB_PASSPORT_SECRET_FILE=str(secret)).passport_secret == "o" * 32


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="TASKSYNC_LAB_PASSPORT_SECRET_FILE cannot be read: No such file"):
        read(TASKSYNC_LAB_PASSPORT_SECRET_FILE=str(tmp_path / "none"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("DATABASE_POOL", "hunter2"),
        ("DATABASE_POOL", "0"),
        ("DATABASE_SECONDS", "-1"),
        ("DATABASE_SECONDS", "nan"),
        ("CALL_SECONDS", "0"),
        ("LOG_LEVEL", "loud"),
        ("BODY_BYTES", "much"),
        ("PASSPORT_SECRET", "hunter2"),
    ],
)
def test_a_wrong_value_is_refused_by_its_field_and_not_repeated(field: str, value: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read(**{f"TASKSYNC_{field}": value})
    assert field.lower() in str(raised.value)
    assert "hunter2" not in str(raised.value)
