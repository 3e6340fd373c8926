"""The audit chain: whatever is done to it past the service is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from engagement.audit.queries import list_entries, read_links, sealed_words, verify_chain
from engagement.audit.rules import (
    FIRST_HASH,
    START,
    ActorKind,
    ChainCheck,
    Fault,
    Head,
    Link,
    seal_digest,
)
from engagement.audit.service import current_head, record
from engagement.database.transactions import transaction
from engagement.extensions import db
from tests.databases import rows_of, undone
from tests.factories import World

LENGTH = 24
BEGAN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def made_chain(length: int = LENGTH) -> list[Link]:
    """A chain as the service would make it, some entries with sealed words."""
    links: list[Link] = []
    for number in range(1, length + 1):
        link = Link(
            sequence=number,
            at=BEGAN + timedelta(seconds=7 * number),
            actor_kind=ActorKind.STAFF if number % 3 else ActorKind.SYSTEM,
            actor_id=f"actor{number % 5}",
            action="resident.added" if number % 2 else "code.issued",
            object_kind="resident",
            object_id=f"object{number}",
            facts={"count": number, "words": ["a", "b"]} if number % 4 else {},
            sealed_digest=seal_digest("salt", "words") if number % 6 == 0 else None,
            previous_hash=links[-1].entry_hash if links else FIRST_HASH,
        )
        links.append(replace(link, entry_hash=link.computed_hash()))
    return links


def head_of(links: list[Link]) -> Head:
    """The head of a chain as its table would hold it."""
    return Head(links[-1].sequence, links[-1].entry_hash) if links else START


def faults_of(links: list[Link], stored: Head, known: tuple[Head, ...] = ()) -> list[Fault]:
    """Walk links in the order of their numbers, as the database gives them."""
    check = ChainCheck(known=known)
    for link in sorted(links, key=lambda link: link.sequence):
        check.follow(link)
    return check.finish(stored)


def relinked(links: list[Link]) -> list[Link]:
    """The same entries with numbers and hashes made right: what a patient forger would write."""
    done: list[Link] = []
    for number, link in enumerate(links, 1):
        new = replace(
            link, sequence=number, previous_hash=done[-1].entry_hash if done else FIRST_HASH
        )
        done.append(replace(new, entry_hash=new.computed_hash()))
    return done


CHANGES: dict[str, Callable[[Random, Link], Any]] = {
    "at": lambda chance, link: link.at + timedelta(microseconds=chance.choice([-1000, 1000])),
    "actor_kind": lambda chance, link: ActorKind.VISITOR,
    "actor_id": lambda chance, link: link.actor_id + chance.choice(" x"),
    "action": lambda chance, link: link.action.swapcase(),
    "object_kind": lambda chance, link: "staff",
    "object_id": lambda chance, link: link.object_id[:-1],
    "facts": lambda chance, link: {**link.facts, "count": -1},
    "sealed_digest": lambda chance, link: None if link.sealed_digest else "0" * 64,
    "previous_hash": lambda chance, link: link.previous_hash[::-1].replace("0", "1"),
    "entry_hash": lambda chance, link: link.entry_hash[::-1].replace("0", "1"),
}


def edit(chance: Random, links: list[Link]) -> list[Link]:
    place = chance.randrange(len(links))
    name = chance.choice(sorted(CHANGES))
    changed = replace(links[place], **{name: CHANGES[name](chance, links[place])})
    if chance.random() < 0.5 and name != "entry_hash":
        changed = replace(changed, entry_hash=changed.computed_hash())
    return [*links[:place], changed, *links[place + 1 :]]


def delete(chance: Random, links: list[Link]) -> list[Link]:
    place, many = chance.randrange(len(links)), chance.choice([1, 1, 2, len(links)])
    left = [*links[:place], *links[place + many :]]
    # Sometimes those after it move up to fill the gap.
    if chance.random() < 0.5:
        left = [replace(link, sequence=number) for number, link in enumerate(left, 1)]
    return left


def insert(chance: Random, links: list[Link]) -> list[Link]:
    place = chance.randrange(len(links) + 1)
    before = links[place - 1].entry_hash if place else FIRST_HASH
    forged = replace(
        chance.choice(links), action="role.granted", sequence=place + 1, previous_hash=before
    )
    forged = replace(forged, entry_hash=forged.computed_hash())
    if chance.random() < 0.5:
        forged = replace(links[place - 1], sequence=place + 1)  # a copy of its neighbour
    after = [replace(link, sequence=link.sequence + 1) for link in links[place:]]
    return [*links[:place], forged, *after]


def reorder(chance: Random, links: list[Link]) -> list[Link]:
    first, second = chance.sample(range(len(links)), 2)
    moved = list(links)
    moved[first] = replace(links[second], sequence=links[first].sequence)
    moved[second] = replace(links[first], sequence=links[second].sequence)
    if chance.random() < 0.3:
        for place in (first, second):
            moved[place] = replace(moved[place], entry_hash=moved[place].computed_hash())
    return moved


FORGERIES = (edit, delete, insert, reorder)


def test_an_untouched_chain_has_no_fault() -> None:
    links = made_chain()
    assert faults_of(links, head_of(links), known=(head_of(links[:9]), head_of(links))) == []
    assert faults_of([], START) == []
    assert relinked(links) == links


def test_1000_of_1000_random_forgeries_are_found() -> None:
    chance, links = Random(41), made_chain()
    stored = head_of(links)
    missed = []
    for number in range(1000):
        forge = FORGERIES[number % len(FORGERIES)]
        forged = forge(chance, links)
        assert forged != links
        if not faults_of(forged, stored):
            missed.append((forge.__name__, forged))
    assert missed == []


def test_a_forger_who_makes_every_hash_right_is_found_by_a_published_head() -> None:
    chance, links = Random(7), made_chain()
    published = (head_of(links),)
    for number in range(200):
        forged = relinked(FORGERIES[number % len(FORGERIES)](chance, links))
        if forged[:LENGTH] == links:
            continue  # made right again, or added at the end, where any entry may follow
        stored = head_of(forged)
        assert faults_of(forged, stored) == [], "the chain alone cannot tell"
        assert faults_of(forged, stored, published) != []


def test_a_number_that_is_left_out_is_found_even_where_every_hash_is_right() -> None:
    first, second, *_ = made_chain()
    skipping = replace(second, sequence=5)
    skipping = replace(skipping, entry_hash=skipping.computed_hash())
    assert faults_of([first, skipping], head_of([skipping])) == [
        Fault(5, "entry 2 should stand here: missing or moved")
    ]


def test_a_cut_tail_is_found_by_the_stored_head_and_by_a_published_one() -> None:
    links = made_chain()
    cut = links[:-3]
    assert faults_of(cut, head_of(links)) == [
        Fault(LENGTH, "the stored head is not the last entry: the tail was cut")
    ]
    assert faults_of(cut, head_of(cut)) == []
    assert faults_of(cut, head_of(cut), (head_of(links),)) == [
        Fault(LENGTH, "was published as a head and is gone: the tail was cut")
    ]


def test_two_published_heads_of_one_number_cannot_both_be_right() -> None:
    links = made_chain()
    true, false = head_of(links[:5]), Head(5, "0" * 64)
    assert faults_of(links, head_of(links), (true, true)) == []
    for known in ((true, false), (false, true)):
        assert [fault.sequence for fault in faults_of(links, head_of(links), known)] == [5]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "5",
        "5:",
        ":" + "0" * 64,
        "-1:" + "0" * 64,
        "²:" + "0" * 64,
        "5:" + "g" * 64,
        "5:" + "0" * 63,
    ],
)
def test_a_head_that_is_not_one_is_refused_in_words(written: str) -> None:
    with pytest.raises(ValueError, match="a head is a number, a colon and 64 hexadecimal digits"):
        Head.parse(written)


def test_a_head_is_read_as_it_is_written() -> None:
    head = Head(12, "0123456789abcdef" * 4)
    assert Head.parse(f" {str(head).upper()}\n") == head


def test_a_hash_depends_on_the_moment_and_not_on_its_time_zone() -> None:
    link = made_chain(1)[0]
    there = replace(link, at=link.at.astimezone())
    assert there.computed_hash() == link.entry_hash
    assert replace(link, at=link.at + timedelta(microseconds=1)).computed_hash() != link.entry_hash


# The same at the database.


@pytest.fixture
def recorded(world: World) -> Iterator[list[Link]]:
    """Inside north, with a chain of some length."""
    with world.north.inside():
        with transaction():
            for number in range(LENGTH):
                words = f"Ada {number}" if number % 5 == 0 else None
                record("tried", "thing", str(number), facts={"number": number}, sealed=words)
        yield read_links(0, 1000)


@contextmanager
def tampered(*statements: str, **values: Any) -> Iterator[None]:
    """What SQL can do to the tables, taken back at the end."""
    with undone():
        for statement in statements:
            db.session.connection().execute(text(statement), values)
        yield


def edit_at_random(chance: Random, links: list[Link]) -> tuple[list[str], dict[str, Any]]:
    link = chance.choice(links)
    name = chance.choice(["actor_id", "action", "object_kind", "object_id", "facts", "at"])
    value: Any = {"facts": '{"number": -1}', "at": "2026-01-01 00:00:00.000000+00:00"}.get(
        name, "x"
    )
    if name == "at" and db.engine.dialect.name == "sqlite":
        value = "2026-01-01 00:00:00.000000"
    return [f"UPDATE audit_entry SET {name} = :value WHERE sequence = :number"], {
        "value": value,
        "number": link.sequence,
    }


def delete_at_random(chance: Random, links: list[Link]) -> tuple[list[str], dict[str, Any]]:
    number = chance.choice(links).sequence
    statements = ["DELETE FROM audit_entry WHERE sequence = :number"]
    if chance.random() < 0.5:
        statements.append("UPDATE audit_entry SET sequence = -sequence WHERE sequence > :number")
        statements.append("UPDATE audit_entry SET sequence = -sequence - 1 WHERE sequence < 0")
    return statements, {"number": number}


def insert_at_random(chance: Random, links: list[Link]) -> tuple[list[str], dict[str, Any]]:
    number = chance.randrange(1, len(links) + 2)
    columns = (
        "partnership_id, at, actor_kind, actor_id, action, object_kind, object_id, facts,"
        " sealed_digest, previous_hash, entry_hash"
    )
    return [
        "UPDATE audit_entry SET sequence = -sequence - 1 WHERE sequence >= :number",
        "UPDATE audit_entry SET sequence = -sequence WHERE sequence < 0",
        f"INSERT INTO audit_entry (sequence, {columns}) SELECT :number, {columns} FROM audit_entry"
        " WHERE sequence = :like",
    ], {"number": number, "like": 1 if number > 1 else 2}


def reorder_at_random(chance: Random, links: list[Link]) -> tuple[list[str], dict[str, Any]]:
    first, second = chance.sample([link.sequence for link in links], 2)
    return [
        "UPDATE audit_entry SET sequence = -1 WHERE sequence = :first",
        "UPDATE audit_entry SET sequence = :first WHERE sequence = :second",
        "UPDATE audit_entry SET sequence = :second WHERE sequence = -1",
    ], {"first": first, "second": second}


def test_random_forgeries_in_the_database_are_all_found(recorded: list[Link]) -> None:
    chance = Random(410)
    kinds = (edit_at_random, delete_at_random, insert_at_random, reorder_at_random)
    missed = []
    for number in range(400):
        statements, values = kinds[number % 4](chance, recorded)
        with tampered(*statements, **values):
            if not verify_chain()[1]:
                missed.append((statements, values))
    assert missed == []
    assert verify_chain() == (head_of(recorded), [])


def test_a_cut_tail_in_the_database_is_found(recorded: list[Link]) -> None:
    published = head_of(recorded)
    cut = f"DELETE FROM audit_entry WHERE sequence > {LENGTH - 4}"
    with tampered(cut):
        assert "the tail was cut" in verify_chain()[1][0].problem
    last = recorded[LENGTH - 5]
    move_head = (
        f"UPDATE audit_head SET sequence = {last.sequence}, entry_hash = '{last.entry_hash}'"
        f" WHERE sequence = {published.sequence}"
    )
    with tampered(cut, move_head):
        assert verify_chain()[1] == []
        assert verify_chain([published])[1] != []
    with tampered("DELETE FROM audit_entry", "DELETE FROM audit_head"):
        assert verify_chain() == (START, [])
        assert verify_chain([published])[1] != []


def test_an_entry_that_is_no_entry_any_more_is_a_fault_and_not_a_failure(
    recorded: list[Link],
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL lets nobody write nonsense into a typed column")
    for nonsense in ("facts = 'not json'", "at = 'yesterday'", "facts = 17"):
        with tampered(f"UPDATE audit_entry SET {nonsense} WHERE sequence = 7"):
            assert [fault.sequence for fault in verify_chain()[1]] == [7]
            entries, total = list_entries(1, 100)
            assert (len(entries), total) == (len(recorded), len(recorded))


def test_words_behind_an_entry_that_were_changed_are_found(recorded: list[Link]) -> None:
    for change in ("words = 'Eve'", f"salt = '{'0' * 32}'", "entry_id = entry_id + 1"):
        with tampered(f"UPDATE audit_seal SET {change} WHERE words = 'Ada 5'"):
            assert [fault.problem for fault in verify_chain()[1]] == [
                "the words kept behind it are not those that were sealed"
            ]


def test_erased_words_leave_the_chain_whole(recorded: list[Link], database_url: str) -> None:
    sealed = [link.sequence for link in recorded if link.sealed_digest]
    assert [sealed_words(number) for number in sealed] == [f"Ada {n}" for n in range(0, LENGTH, 5)]
    with transaction():
        db.session.connection().execute(text("DELETE FROM audit_seal"))
    assert [sealed_words(number) for number in sealed] == [None] * len(sealed)
    assert verify_chain() == (current_head(), [])
    assert "Ada" not in rows_of(database_url, "audit_entry", "audit_head", "audit_seal")


def test_each_partnership_has_a_chain_of_its_own(world: World) -> None:
    for partnership, length in ((world.north, 3), (world.south, 2)):
        with partnership.inside():
            for _ in range(length):
                partnership.programme()
    with world.north.inside():
        assert verify_chain()[0].sequence == 3
        with tampered(
            "DELETE FROM audit_entry WHERE partnership_id = :south", south=world.south.id
        ):
            assert verify_chain()[1] == []
    with world.south.inside():
        assert verify_chain()[0].sequence == 2
        assert verify_chain()[1] == []


def test_entries_are_listed_from_the_newest_page_by_page(recorded: list[Link]) -> None:
    pages = [list_entries(page, 10)[0] for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [10, 10, LENGTH - 20, 0]
    assert [link for page in pages for link in page] == recorded[::-1]
