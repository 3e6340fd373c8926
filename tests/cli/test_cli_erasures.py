"""The list of erasures: written apart from the copies, and applied to one that was restored."""

from __future__ import annotations

import json

from flask import Flask

from engagement.people.queries import find_resident
from engagement.rights.erasure import erase_resident
from tests.factories import World
from tests.shell import Shell


def test_a_list_is_written_and_applied_and_twice_changes_nothing(
    app: Flask, world: World, shell: Shell
) -> None:
    ada, bo, cy = (world.north.resident(name) for name in ("Ada", "Bo", "Cy"))
    with world.north.inside():
        erase_resident(ada.id)
    out = shell.instance / "erasures.jsonl"
    written = shell.run("erasures", "list", "--out", str(out))
    assert (written.returncode, written.stdout) == (0, f"1 erasures written to {out}\n")
    (line,) = out.read_text().splitlines()
    told = json.loads(line)
    assert (told["partnership"], told["resident"]) == ("north", ada.public_id)
    assert set(told) == {"partnership", "resident", "erased_at"}

    out.write_text(f"{line}\n{line.replace(ada.public_id, bo.public_id)}\n")
    for again in (1, 0):
        applied = shell.run("erasures", "apply", str(out))
        assert applied.returncode == 0
        assert f"2 on the list, {again} of them erased again" in applied.stdout
    with world.north.inside():
        assert find_resident(bo.public_id) is None
        assert find_resident(cy.public_id) is not None
    shell.run("erasures", "list", "--out", str(out))
    assert bo.public_id in out.read_text()
    assert shell.run("audit", "verify").returncode == 0


def test_a_wrong_list_is_refused_with_every_row_and_erases_nobody(
    app: Flask, world: World, shell: Shell
) -> None:
    ada = world.north.resident("Ada")
    good = {
        "partnership": "north",
        "resident": ada.public_id,
        "erased_at": "2026-03-04T09:30:00+00:00",
    }
    file = shell.instance / "erasures.jsonl"
    file.write_text(f"{json.dumps(good)}\nnonsense\n{json.dumps({**good, 'partnership': 'x'})}\n")
    answer = shell.run("erasures", "apply", str(file))
    assert answer.returncode == 2
    assert "row 2: this is not a line of a list of erasures" in answer.stderr
    assert "row 3: there is no partnership “x” here" in answer.stderr
    with world.north.inside():
        assert find_resident(ada.public_id) is not None
    for words in (("apply", "/no/such/file"), ("list", "--out", "/no/such/folder/file")):
        assert shell.run("erasures", *words).returncode == 2
