"""The verifier with what is no pack, and alone, as a stranger runs it."""

from __future__ import annotations

import ast
import io
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from engagement.methods.sortition.audit_draw import CHECKS
from engagement.methods.sortition.lottery import Stage
from engagement.methods.sortition.packs import write_commitment
from engagement.methods.sortition.verify_draw import (
    MOST_BYTES,
    MOST_MEMBERS,
    NotAPack,
    read,
    verify,
)
from tests.methods.sortition.lotteries import (
    all_files,
    alter,
    bind,
    everything,
    failed,
    programs,
    public_pack,
    repack,
    setting,
    two_levels,
    two_seats,
    unpack,
)

DRAWS = [two_seats, two_levels, everything]
FILES = {
    f"{make.__name__} {name}": content
    for make in DRAWS
    for name, content in all_files(make()).items()
}
ROOTS = {make.__name__: bind(make()).root for make in DRAWS}


# What is no pack.


def _bomb() -> bytes:
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("commitment.json", b"0" * (MOST_BYTES + 1))
    return pack.getvalue()


def _liar() -> bytes:
    """An archive that says its member is smaller than it is."""
    size = 10**6
    content = bytearray(repack({"commitment.json": b" " * size}))
    real, small = size.to_bytes(4, "little"), (100).to_bytes(4, "little")
    return bytes(content).replace(real, small)


def _twice() -> bytes:
    pack = io.BytesIO(FILES["two_seats public.zip"])
    with zipfile.ZipFile(pack, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("seed.json", b"{}")
    return pack.getvalue()


def _packed(method: int) -> bytes:
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w", method) as archive:
        archive.writestr("commitment.json", b"{}")
    return pack.getvalue()


def _without(name: str) -> bytes:
    members = unpack(FILES["two_seats auditor.zip"])
    return repack({n: content for n, content in members.items() if n != name})


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: b"", "broken"),
        (lambda: b"PK", "broken"),
        (lambda: b"{", "broken"),
        (lambda: b"[]", "broken"),
        (lambda: b"{}", "broken"),
        (lambda: b"\xff\xfe", "broken"),
        (lambda: b"[" * 200_000, "broken"),
        (lambda: b'{"commitment.json": 1}', "broken"),
        (lambda: FILES["two_seats public.zip"][:-30], "broken"),
        (lambda: FILES["two_seats commitment.json"].replace(b"draw 1", b"draw 9"), "the format"),
        (_bomb, "too large"),
        (_liar, "broken"),
        (_twice, "too many files"),
        (lambda: repack({str(i): b"" for i in range(MOST_MEMBERS + 1)}), "too many files"),
        (lambda: _packed(zipfile.ZIP_LZMA), "packed oddly"),
        (lambda: repack({}), "lacks commitment.json"),
        (lambda: _without("commitment.json"), "lacks commitment.json"),
        (lambda: _without("pool.json"), "lacks pool.json"),
        (lambda: _without("tickets.json"), "lacks tickets.json"),
        (lambda: _without("lottery.json"), "lacks lottery.json"),
        (lambda: _without("seed.json"), "lacks seed.json"),
        (lambda: _without("result.json"), "lacks result.json"),
        (
            lambda: repack({"commitment.json": FILES["two_seats commitment.json"]}),
            "lacks seed.json",
        ),
        (
            lambda: repack(
                {
                    **unpack(FILES["two_seats public.zip"]),
                    "commitment.json": FILES["two_seats person.json"],
                }
            ),
            "lacks a part",
        ),
        (
            lambda: alter(
                FILES["two_seats public.zip"], "commitment.json", setting("root", to="aa")
            ),
            "no SHA-256",
        ),
    ],
)
def test_what_is_no_pack_is_refused_in_words(make: Callable[[], bytes], problem: str) -> None:
    with pytest.raises(NotAPack, match=problem):
        read(make())


def test_text_that_could_fool_a_terminal_is_defused() -> None:
    bound = bind(replace(two_seats(), seed_source="\x1b[2Kdice\nok      all holds"))
    lines = verify(read(write_commitment(bound)), CHECKS)
    lines += verify(
        read(alter(public_pack(bind(two_seats())), "seed.json", setting("time", to="\x1b[2K\n"))),
        CHECKS,
    )
    assert all(words.isprintable() for _, words in lines)


# Alone, as a stranger runs it.


def test_the_programs_stand_on_python_3_9_and_its_library_alone() -> None:
    for text in programs():
        tree = ast.parse(text, feature_version=(3, 9))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                assert not getattr(node, "level", 0)
                names = [node.module] if isinstance(node, ast.ImportFrom) else []
                names += [alias.name for alias in node.names] if not names else []
                assert all(str(name).partition(".")[0] in sys.stdlib_module_names for name in names)
            if isinstance(node, ast.Call):
                later = {"strict"} & {keyword.arg for keyword in node.keywords}
                assert not later, "zip(strict=…) came with Python 3.10"
            assert not isinstance(node, ast.Match)


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"LC_ALL": "C"},
    )


@pytest.mark.parametrize("pack", ["public.zip", "auditor.zip"])
def test_the_program_in_a_pack_checks_that_pack_in_an_empty_folder(
    tmp_path: Path, pack: str
) -> None:
    content = FILES[f"two_levels {pack}"]
    (tmp_path / pack).write_bytes(content)
    with zipfile.ZipFile(tmp_path / pack) as archive:
        for name in archive.namelist():
            if name.endswith(".py"):
                archive.extract(name, tmp_path)
    done = _run(tmp_path, "verify_draw.py", pack, "--root", ROOTS["two_levels"])
    assert (done.returncode, done.stderr) == (0, "")
    assert {line[:8] for line in done.stdout.splitlines()} == {"ok      "}
    (tmp_path / pack).write_bytes(alter(content, "result.json", setting("people", 0, to="bob")))
    done = _run(tmp_path, "verify_draw.py", pack)
    assert (done.returncode, done.stderr) == (1, "")
    assert "FAILED  The seed picks the drawn ticket: other people are named" in done.stdout
    assert {p.name for p in tmp_path.iterdir()} <= {pack, "verify_draw.py", "audit_draw.py"}


def test_the_program_alone_says_what_it_cannot_check(tmp_path: Path) -> None:
    (tmp_path / "verify_draw.py").write_text(programs()[0])
    (tmp_path / "auditor.zip").write_bytes(FILES["two_seats auditor.zip"])
    (tmp_path / "notes.txt").write_text("not a pack")
    (tmp_path / "person.json").write_bytes(FILES["two_seats person.json"])
    for name in ("auditor.zip", "notes.txt", "missing.zip", "."):
        done = _run(tmp_path, "verify_draw.py", name)
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.startswith(f"{name} cannot be checked: ")
        assert len(done.stderr.splitlines()) == 1
    assert _run(tmp_path, "verify_draw.py").returncode == 2
    assert _run(tmp_path, "verify_draw.py", "person.json").returncode == 0


def test_a_large_draw_is_checked_in_seconds() -> None:
    """Shapes of a real pool: every registrant, many tickets; no time is measured, only done."""
    chance = random.Random(1)
    names = [f"r{i:04}" for i in range(1000)]
    draw = two_seats()
    pool = replace(
        draw.pool,
        ids=tuple(names),
        answers=tuple((s,) for s in ("female", "male") for _ in range(500)),
        households=(None,) * 1000,
    )
    kinds = (
        replace(draw.lottery.kinds[0], members=tuple(names[:500]), places=500),
        replace(draw.lottery.kinds[1], members=tuple(names[500:]), places=500),
    )
    women, men = names[:500], names[500:]
    chance.shuffle(men)
    stage = Stage(Fraction(1, 500), (0, 1), draw.lottery.stages[0].prices)
    big = replace(
        draw,
        pool=pool,
        lottery=replace(draw.lottery, kinds=kinds, stages=(stage,)),
        tickets=tuple(zip(women, men, strict=True)),
    )
    assert failed(big) == []
