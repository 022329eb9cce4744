"""Sources of incoming mail: a mailbox or a folder. Nothing is deleted; mails are moved to other folders."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from mailbox import Maildir
from pathlib import Path
from typing import Protocol

LARGEST = 25 << 20
HEAD = 256 << 10  # what is read of a larger mail
PROCESSED, REJECTED = "Processed", "Rejected"


class MailboxAway(Exception):
    """The mailbox cannot be reached or refuses us; nothing is lost, the mails wait there. Holds no secret."""


@dataclass(frozen=True)
class RawMail:
    place: str  # where it lies: the same at the next look, never used again for another mail
    content: bytes
    size: int
    arrived_at: datetime | None  # when the mailbox took it in, not what the sender's clock says
    whole: bool = True  # False: too large to be fetched, only its head is here


class OpenMailbox(Protocol):
    def waiting(self) -> Sequence[str]:
        """The places of the mails nobody has filed away yet, the oldest first."""
        ...

    def fetch(self, place: str) -> RawMail | None:
        """None when it has gone in the meantime."""
        ...

    def file(self, place: str, folder: str) -> None: ...


class MailSource(Protocol):
    def open(self) -> AbstractContextManager[OpenMailbox]: ...


@dataclass(frozen=True)
class MaildirSource:
    """A folder a local mail server delivers to; the folders beside it are those of Maildir++."""

    folder: Path

    @contextmanager
    def open(self) -> Iterator[OpenMaildir]:
        try:
            root = Maildir(self.folder, create=True)
            for name in (PROCESSED, REJECTED):
                root.add_folder(name)
        except OSError as error:
            raise MailboxAway(f"Không dùng được hộp thư {self.folder}: {error.strerror}.") from error
        yield OpenMaildir(self.folder)


class OpenMaildir:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[str, Path] = {}

    def waiting(self) -> Sequence[str]:
        files = sorted((entry.stat().st_mtime, self._place(entry.name), entry.path) for entry in self._entries())
        self._seen = {place: Path(path) for _, place, path in files}
        return list(self._seen)

    def fetch(self, place: str) -> RawMail | None:
        path = self._path(place)
        if path is None:
            return None
        size, whole = path.stat().st_size, path.stat().st_size <= LARGEST
        with path.open("rb") as file:
            content = file.read(-1 if whole else HEAD)
        return RawMail(place, content, size, datetime.fromtimestamp(path.stat().st_mtime, UTC), whole)

    def file(self, place: str, folder: str) -> None:
        path = self._path(place)
        if path is not None:
            path.rename(self._folder / f".{folder}" / "cur" / path.name)

    def _entries(self) -> Iterator[os.DirEntry[str]]:
        for name in ("new", "cur"):
            with os.scandir(self._folder / name) as entries:
                yield from (entry for entry in entries if entry.is_file() and not entry.name.startswith("."))

    def _path(self, place: str) -> Path | None:
        """Readers move mails from new to cur and write their flags behind the colon: look again if it has gone."""
        seen = self._seen.get(place)
        if seen is not None and seen.exists():
            return seen
        return next((Path(entry.path) for entry in self._entries() if self._place(entry.name) == place), None)

    def _place(self, name: str) -> str:
        return f"maildir:{self._folder}:{name.partition(':')[0]}"
