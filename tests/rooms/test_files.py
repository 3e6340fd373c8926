"""Stored files: whole or not at all, of one partnership, for as long as they are kept."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from engagement.config import Config
from engagement.database import tenancy
from engagement.files.errors import FileMissing, StoreUnusable
from engagement.files.models import StoredFile
from engagement.files.service import (
    delete_expired_files,
    files_of,
    keep_file,
    open_file,
)
from engagement.files.store import LocalStore
from tests.databases import undone
from tests.factories import Partnership, World
from tests.past import move_back

DAY = timedelta(days=1)
RUN = "abcdefghijklmnopqrstuv"


@pytest.fixture
def north(world: World) -> Iterator[Partnership]:
    """Inside the northern partnership."""
    with world.north.inside():
        yield world.north


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    """A store in a folder that is not there yet."""
    return LocalStore(tmp_path / "store")


def kept_bytes(folder: Path) -> list[bytes]:
    """What the files of a folder hold, however they are called."""
    return sorted(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def keep(name: str = "chain.jsonl", *chunks: bytes, keep: timedelta = DAY) -> str:
    """Keep a file; returns its public id."""
    return keep_file(RUN, name, "application/jsonl", chunks or (b"one", b"two"), keep).public_id


# The store.


def test_what_is_written_is_read_and_deleted_again(store: LocalStore, tmp_path: Path) -> None:
    store.write("aKey-1_2", iter([b"a" * 100_000, b"", b"b"]))
    with store.open("aKey-1_2") as file:
        assert file.read() == b"a" * 100_000 + b"b"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["aKey-1_2"]
    store.delete("aKey-1_2")
    store.delete("aKey-1_2")
    with pytest.raises(FileMissing):
        store.open("aKey-1_2")
    assert kept_bytes(tmp_path) == []


def test_a_file_that_is_broken_off_leaves_nothing(store: LocalStore, tmp_path: Path) -> None:
    def break_off() -> Iterator[bytes]:
        yield b"half"
        raise ZeroDivisionError

    store.write("key", iter([b"whole"]))
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            store.write("key", break_off())
    assert kept_bytes(tmp_path) == [b"whole"]


PATHS_AWAY = [
    "../outside",
    "..",
    ".",
    "",
    "/etc/passwd",
    "a/../../outside",
    "ab\\..\\outside",
    "ab.part",
    "key\x00",
    "key\n",
    "-",
    "key ",
]


@pytest.mark.parametrize("key", PATHS_AWAY, ids=[ascii(key) for key in PATHS_AWAY])
def test_a_key_that_leads_elsewhere_leads_nowhere(
    store: LocalStore, tmp_path: Path, key: str
) -> None:
    (tmp_path / "outside").write_text("untouched")
    acts: list[Callable[[], object]] = [
        lambda: store.open(key),
        lambda: store.write(key, iter([b"x"])),
        lambda: store.delete(key),
    ]
    for act in acts:
        with pytest.raises(FileMissing):
            act()
    assert kept_bytes(tmp_path) == [b"untouched"]


def test_a_folder_that_cannot_be_used_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("stands in the folder's place")
    for store in (LocalStore(tmp_path / "file"), LocalStore(Path("/proc/store"))):
        with pytest.raises(StoreUnusable):
            store.write("key", iter([b"x"]))
    store = LocalStore(tmp_path / "file")
    for act in (lambda: store.open("key"), lambda: store.delete("key")):
        with pytest.raises(StoreUnusable, match="Not a directory"):
            act()


def test_a_full_disk_is_said_so_and_leaves_nothing(
    store: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreUnusable, match="No space left on device"):
        store.write("key", iter([b"x"]))
    assert kept_bytes(tmp_path) == []


def test_nobody_else_on_the_machine_may_look(store: LocalStore, tmp_path: Path) -> None:
    store.write("key", iter([b"x"]))
    assert (tmp_path / "store" / "ke").stat().st_mode & 0o077 == 0


# The service.


def test_a_kept_file_is_opened_with_what_is_known_about_it(north: Partnership) -> None:
    public_id = keep()
    row, file = open_file(public_id)
    with file:
        assert file.read() == b"onetwo"
    assert (row.name, row.media_type, row.size) == ("chain.jsonl", "application/jsonl", 6)
    assert row.sha256 == hashlib.sha256(b"onetwo").hexdigest()
    assert files_of(RUN) == [row]
    assert files_of("another run") == []


def test_a_file_of_another_partnership_is_missing(world: World) -> None:
    with world.south.inside():
        public_id = keep()
    with world.north.inside():
        for unknown in (public_id, "", "../../etc/passwd", "x" * 22):
            with pytest.raises(FileMissing):
                open_file(unknown)
        assert files_of(RUN) == []


def test_the_same_run_and_name_replace_what_was_there(
    app: Flask, north: Partnership, config: Config
) -> None:
    old = keep("a.csv", b"old")
    new = keep("a.csv", b"new")
    keep("b.csv", b"other")
    assert [row.name for row in files_of(RUN)] == ["a.csv", "b.csv"]
    with pytest.raises(FileMissing):
        open_file(old)
    with open_file(new)[1] as file:
        assert file.read() == b"new"
    delete_expired_files()
    assert kept_bytes(config.files_path) == [b"new", b"other"]


def test_a_replacement_that_is_not_kept_leaves_the_earlier_file_whole(
    north: Partnership, config: Config
) -> None:
    old = keep("a.csv", b"old")
    with undone():
        keep("a.csv", b"new")
    config.files_path.rename(config.files_path.with_name("elsewhere"))
    config.files_path.write_text("no folder")
    with pytest.raises(StoreUnusable):
        keep("a.csv", b"newer")
    config.files_path.unlink()
    config.files_path.with_name("elsewhere").rename(config.files_path)
    assert [row.public_id for row in files_of(RUN)] == [old]
    with open_file(old)[1] as file:
        assert file.read() == b"old"


def test_a_file_whose_time_has_passed_is_missing_and_its_bytes_go(
    app: Flask, world: World, config: Config
) -> None:
    kept = []
    for partnership in (world.north, world.south):
        with partnership.inside():
            kept.append(keep("short", partnership.slug.encode()))
            keep("long", b"long", keep=3 * DAY)
    move_back(app, StoredFile.expires_at, DAY)
    with world.north.inside():
        with pytest.raises(FileMissing):
            open_file(kept[0])
        assert [row.name for row in files_of(RUN)] == ["long"]
    assert len(kept_bytes(config.files_path)) == 4
    with app.app_context(), tenancy.everywhere():
        assert delete_expired_files() == 2
        assert delete_expired_files() == 0
    assert kept_bytes(config.files_path) == [b"long", b"long"]


def test_a_row_whose_bytes_are_gone_is_missing_and_can_be_tidied(
    app: Flask, north: Partnership, config: Config
) -> None:
    public_id = keep()
    for path in config.files_path.rglob("*"):
        if path.is_file():
            path.unlink()
    with pytest.raises(FileMissing):
        open_file(public_id)
    move_back(app, StoredFile.expires_at, 2 * DAY)
    assert delete_expired_files() == 1
