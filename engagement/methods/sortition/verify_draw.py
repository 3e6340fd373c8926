"""Check a draw by lot:  python3 verify_draw.py FILE [--root HEX]

FILE is commitment.json, public.zip, person.json or auditor.zip (the last needs audit_draw.py beside
this file). Python 3.9 or later and nothing else. Exit 0: all holds; 1: a check failed; 2: bad FILE.

Every fact of a draw is a record: a JSON object with a random salt. In order: the draw, targets,
counts, rules, portfolio, certificate, each registrant, each numbered ticket. Their SHA-256 hashes
are the leaves of a tree (RFC 6962) whose root is published before the seed can be known: nobody
can then change a record, and a record that is not shown cannot be guessed from its hash.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import runpy
import sys
import zipfile
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

FORMAT = "engagement draw 1"
PARTS = ["draw", "targets", "counts", "rules", "portfolio", "certificate"]
DRAWN, WHOLE = ["seed.json", "result.json"], ["lottery.json", "pool.json", "tickets.json"]
MOST_BYTES, MOST_MEMBERS = 64 * 2**20, 20
Checks = Mapping[str, Callable[[Any], str]]


class NotAPack(ValueError):
    """The file is not one that this program can check."""


def verify(files: Any, audit: Checks, root: str | None = None) -> list[tuple[Any, str]]:
    """Check what ``read`` gave: (True: holds, False: failed, None: to know; words) for each."""
    lines: list[tuple[Any, str]] = []

    def check(words: str, test: Callable[..., str], *given: Any) -> None:
        holds: bool | None = True
        try:
            found = test(*given)
        except AssertionError as problem:
            holds, found = False, str(problem)
        except Warning as problem:
            holds, found = None, str(problem)
        except Exception as problem:  # a hostile file may hold anything
            holds, found = False, f"cannot be read ({type(problem).__name__})"
        text = "".join(c if c.isprintable() else "?" for c in f"{words}: {found}")
        lines.append((holds, text))

    head = files["commitment.json"]
    check("The root is the one published", check_root, head, root)
    if len(head["opened"]) == 2:
        check("What is shown belongs to the root", check_opened, head, head, ["draw", "person"])
        check("Your chance is stated", check_person, head)
        return lines
    check("What is shown belongs to the root", check_opened, head, head, PARTS[:3])
    check("The seed picks the drawn ticket", check_seed, head, files)
    if "pool.json" in files:
        check("Every record belongs to the root", check_tree, head, files)
        for words, test in audit.items():
            check(words, test, files)
    return lines


def read(data: bytes) -> dict[str, Any]:
    """The JSON of a file, by name; raises NotAPack where it is none, or too large."""
    try:
        need(len(data) <= MOST_BYTES, "it is too large")
        zipped, texts = data[:2] == b"PK", {"commitment.json": data}
        if zipped:
            with zipfile.ZipFile(io.BytesIO(data)) as pack:
                members, names = pack.infolist(), pack.namelist()
                need(len(set(names)) == len(names) <= MOST_MEMBERS, "it holds too many files")
                need(sum(m.file_size for m in members) <= MOST_BYTES, "it is too large")
                need(all(m.compress_type in (0, 8) for m in members), "it is packed oddly")
                texts = {name: pack.read(name) for name in names if name.endswith(".json")}
        files = {name: json.loads(text) for name, text in texts.items()}
        wanted = ["commitment.json"]
        for group in (DRAWN, WHOLE):
            wanted += group if any(name in files for name in group) else []
        if zipped and len(wanted) == 1:
            wanted += DRAWN
        for name in wanted:
            need(name in files, f"it lacks {name}")
        head = files["commitment.json"]
        need(head["format"] == FORMAT, f"it is not of the format “{FORMAT}”")
        need(len(bytes.fromhex(head["root"])) == 32, "its root is no SHA-256")
        parts = [item["record"]["part"] for item in head["opened"]]
        need(parts == PARTS[:3] or (parts == ["draw", "person"] and not zipped), "it lacks a part")
    except AssertionError as problem:
        raise NotAPack(str(problem)) from problem
    except Exception as problem:
        raise NotAPack(f"it is broken or something else ({type(problem).__name__})") from problem
    return files


def need(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)


def check_root(head: Any, root: str | None) -> str:
    if root is None:
        raise Warning(f"compare {head['root']} with what was published before the draw, if any was")
    need(head["root"] == root.strip().lower(), f"this is {head['root']}")
    return str(head["root"])


def hash_leaf(record: Any) -> bytes:
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(b"\0" + text.encode()).digest()


def join(nodes: list[bytes]) -> bytes:
    """Two neighbours make a node; one without a neighbour moves up as it is."""
    return hashlib.sha256(b"\1" + b"".join(nodes)).digest() if len(nodes) == 2 else nodes[0]


def climb(node: bytes, place: int, size: int, path: list[str]) -> bytes:
    """The root, from leaf number ``place`` of ``size`` up along the neighbours on its path."""
    steps = [bytes.fromhex(step) for step in path]
    need([step.hex() for step in steps] == path, "a path is not in plain hexadecimal")
    while size > 1:
        if place ^ 1 < size:
            node = join([steps.pop(0), node] if place % 2 else [node, steps.pop(0)])
        place, size = place // 2, (size + 1) // 2
    need(not steps, "a path is too long")
    return node


def check_opened(head: Any, file: Any, parts: list[str]) -> str:
    """Each record that ``file`` shows is where it should be, and its path ends at the root."""
    draw = head["opened"][0]["record"]
    people, tickets = draw["registrants"], draw["tickets"]
    need(type(people) is type(tickets) is int and people > 0 < tickets, "the draw is empty")
    need(head["leaves"] == len(PARTS) + people + tickets, "the number of records is wrong")
    need([item["record"]["part"] for item in file["opened"]] == parts, f"it shows not {parts}")
    for item in file["opened"]:
        record, part = item["record"], item["record"]["part"]
        if part in PARTS:
            place = PARTS.index(part)
        else:
            first, many = (0, people) if part == "person" else (people, tickets)
            need(0 <= record["number"] < many, f"there is no {part} {record['number']}")
            place = len(PARTS) + first + record["number"]
        root = climb(hash_leaf(record), place, head["leaves"], item["path"])
        need(root.hex() == head["root"], f"the record “{part}” does not")
    return f"{draw['method']} {draw['version']}, {people} registrants, {tickets} tickets"


def pick(seed: str, tickets: int) -> int:
    """A number below ``tickets``: the first 8 bytes of SHA-256 of "seed:0"; if that lies beyond
    the largest multiple of ``tickets``, which would favour the first ones, of "seed:1" …"""
    need(0 < tickets < 2**32, "there are too many tickets, or none")
    number, counter = 2**64, 0
    while number >= 2**64 - 2**64 % tickets:
        digest = hashlib.sha256(f"{seed}:{counter}".encode()).digest()
        number, counter = int.from_bytes(digest[:8], "big"), counter + 1
    return number % tickets


def check_seed(head: Any, files: Any) -> str:
    if "seed.json" not in files:
        raise Warning("not drawn yet, there is no seed")
    draw, seed, result = head["opened"][0]["record"], files["seed.json"], files["result.json"]
    need(seed["source"] == draw["seed_source"], "the seed is not from the source announced")
    number = pick(seed["seed"], draw["tickets"])
    need(result["ticket"] == number, f"it picks ticket {number}, not {result['ticket']}")
    check_opened(head, result, ["ticket"])
    ticket = result["opened"][0]["record"]
    need(ticket["number"] == number, "another ticket is shown")
    people = ticket["people"]
    need(people == result["people"], "other people are named than on the ticket")
    need(len(set(people)) == len(people) == draw["size"] - draw["seated"], "a seat is not filled")
    where = f"the seed “{seed['seed']}” from {seed['source']}, {seed['time']}"
    return f"{where}, picks ticket {number} of {draw['tickets']}: {', '.join(people)}"


def check_person(head: Any) -> str:
    draw, person = (item["record"] for item in head["opened"])
    chance = Fraction(*map(int, person["chance"].split("/")))
    need(0 <= chance <= 1, "it is not from 0 to 1")
    on = f"on {person['tickets']} of {draw['tickets']} tickets"
    return f"{person['id']} {person['standing']}, chance {chance} = {float(chance):.6f}, {on}"


def check_tree(head: Any, files: Any) -> str:
    """The whole tree again, from all records."""
    people, tickets = files["pool.json"], files["tickets.json"]
    records = [i["record"] for i in head["opened"]] + files["lottery.json"] + people + tickets
    names = [(part, None) for part in PARTS] + [("person", n) for n in range(len(people))]
    names += [("ticket", n) for n in range(len(tickets))]
    need([(r["part"], r.get("number")) for r in records] == names, "one is not in its place")
    need(len(people) == records[0]["registrants"], "a registrant is missing, or one too many")
    nodes = [hash_leaf(record) for record in records]
    while len(nodes) > 1:
        nodes = [join(nodes[i : i + 2]) for i in range(0, len(nodes), 2)]
    need(nodes[0].hex() == head["root"], "one of them does not")
    salts = {bytes.fromhex(record["salt"]) for record in records}
    need(len(salts) == len(records) and {*map(len, salts)} == {16}, "a salt is no 16 fresh bytes")
    return f"{len(records)} records"


def load_audit() -> Checks:
    """The checks of an auditor's pack, from the file beside this one."""
    checks: Checks = runpy.run_path(__file__.replace("verify_draw.py", "audit_draw.py"))["CHECKS"]
    return checks


def main() -> int:
    parser = argparse.ArgumentParser(description="Check a draw by lot.")
    parser.add_argument("file", help="commitment.json, public.zip, person.json or auditor.zip")
    parser.add_argument("--root", help="the root that was published before the draw")
    given = parser.parse_args()
    try:
        with open(given.file, "rb") as file:
            files = read(file.read(MOST_BYTES + 1))
        lines = verify(files, load_audit() if "pool.json" in files else {}, given.root)
    except (OSError, NotAPack) as problem:
        sys.stderr.write(f"{given.file} cannot be checked: {problem}\n")
        return 2
    for holds, words in lines:
        mark = {True: "ok", False: "FAILED", None: "note"}[holds]
        text = f"{mark:8}{words}\n"
        sys.stdout.write(text.encode(sys.stdout.encoding, "replace").decode(sys.stdout.encoding))
    return int(any(holds is False for holds, _ in lines))


if __name__ == "__main__":
    sys.exit(main())
