"""The data folder: the database, the secrets, the logs, the process ids, and the lock of the one launcher."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_urlsafe

from launch.screen import LaunchError

_LOG_BYTES = 10 * 1024 * 1024
_SECRETS = ("TASKSYNC_PASSPORT_SECRET", "TASKSYNC_GRANT_SECRET", "TASKSYNC_USERS_KEY_SECRET")


class DataFolder:
    """Paths in the data folder. `held` makes it and keeps other launchers out."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.postgres = path / "postgres"

    def pid_file(self, name: str) -> Path:
        return self.path / "run" / f"{name}.pid"

    def log(self, name: str) -> Path:
        return self.path / "log" / f"{name}.log"

    def is_held(self) -> bool:
        """Whether a launcher runs on it."""
        try:
            with (self.path / "run" / "lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Holds the folder for this process. Raises LaunchError if it cannot be written, or another has it."""
        try:
            for part in ("run", "log"):
                (self.path / part).mkdir(parents=True, exist_ok=True)
            lock = (self.path / "run" / "lock").open("w")
        except OSError as error:
            raise self._unwritable(error) from None
        with lock:
            self._take(lock.fileno())
            try:
                write_whole(self.pid_file("launcher"), f"{os.getpid()}\n")
            except OSError as error:
                raise self._unwritable(error) from None
            try:
                yield
            finally:
                self.pid_file("launcher").unlink(missing_ok=True)

    def _unwritable(self, error: OSError) -> LaunchError:
        return LaunchError(
            f"The data folder {self.path} cannot be written ({error.strerror}); set TASKSYNC_DATA to one that can."
        )

    def _take(self, lock: int) -> None:
        try:
            # The kernel lets go of it when this process ends, however it ends.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file = self.pid_file("launcher")
            other = file.read_text().strip() if file.exists() else "unknown"
            raise LaunchError(
                f"TaskSync already runs on the data folder {self.path} (process {other}); "
                "set TASKSYNC_DATA and TASKSYNC_PORT to run another beside it."
            ) from None

    def rotate_logs(self) -> None:
        """Puts the end of each log that has grown large aside, in place of the one put aside before it."""
        for log in (self.path / "log").glob("*.log"):
            # What cannot be done now can be a minute later.
            with suppress(OSError):
                if log.stat().st_size > _LOG_BYTES:
                    _put_aside(log)

    def secrets(self) -> dict[str, str]:
        """The secrets of the services by variable, made at the first start and kept for this folder's owner only."""
        file = self.path / "secrets.json"
        try:
            found: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        except ValueError:
            raise LaunchError(f"{file} is damaged; remove it, and new secrets are made.") from None
        if missing := {name: token_urlsafe(48) for name in _SECRETS if name not in found}:
            found |= missing
            write_whole(file, json.dumps(found, indent=2), 0o600)
        return found


def _put_aside(log: Path) -> None:
    """Whoever has the log open to append goes on writing into the same file, at its new end.

    What comes meanwhile goes along; only a line between the last look and the next step would be lost.
    """
    with log.open("r+b") as grown, log.with_suffix(".log.1").open("wb") as aside:
        grown.seek(-_LOG_BYTES, os.SEEK_END)
        while latest := grown.read(_LOG_BYTES):
            aside.write(latest)
            aside.flush()
        grown.truncate(0)


def write_whole(file: Path, text: str, mode: int = 0o644) -> None:
    """Writes `file` so that a reader, and the next start after a crash, finds all of it or what was there before."""
    fresh = file.with_name(f".{file.name}")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode, exist_ok=False)
    with fresh.open("w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)
