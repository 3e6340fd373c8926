"""One root stands for all leaves; a path opens one of them and nothing else."""

from __future__ import annotations

import hashlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.methods.sortition.merkle import Tree, climb, hash_leaf

# Leaves and roots of the reference tests of RFC 6962's authors (certificate-transparency).
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
texts = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


@pytest.mark.parametrize("size", ROOTS)
def test_the_root_is_that_of_the_standard(size: int) -> None:
    assert Tree(LEAVES[:size]).root.hex() == ROOTS[size]


def _by_the_letter(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, as it is written."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    both = _by_the_letter(leaves[:half]) + _by_the_letter(leaves[half:])
    return hashlib.sha256(b"\1" + both).digest()


@given(texts)
def test_any_number_of_leaves_gives_the_tree_of_the_standard(leaves: list[bytes]) -> None:
    assert Tree(leaves).root == _by_the_letter(leaves)


@given(texts)
def test_every_path_leads_to_the_root_and_is_short(leaves: list[bytes]) -> None:
    tree = Tree(leaves)
    for place, leaf in enumerate(leaves):
        path = tree.path(place)
        assert climb(leaf, place, len(leaves), path) == tree.root
        assert len(path) <= (len(leaves) - 1).bit_length()


@given(texts, st.data())
def test_another_leaf_or_place_or_path_leads_elsewhere(
    leaves: list[bytes], data: st.DataObject
) -> None:
    tree = Tree(leaves)
    place = data.draw(st.integers(0, len(leaves) - 1))
    leaf, path = leaves[place], tree.path(place)
    assert climb(leaf + b"!", place, len(leaves), path) != tree.root
    other = data.draw(st.integers(0, len(leaves) - 1))
    if leaves[other] != leaf:
        with suppress(ValueError):
            assert climb(leaf, other, len(leaves), path) != tree.root
    if path:
        step = data.draw(st.integers(0, len(path) - 1))
        bent = [*path[:step], hash_leaf(path[step]), *path[step + 1 :]]
        assert climb(leaf, place, len(leaves), bent) != tree.root


def test_a_node_does_not_pass_for_a_leaf() -> None:
    tree = Tree([b"a", b"b", b"c", b"d"])
    inner = hash_leaf(b"a") + hash_leaf(b"b")
    assert climb(inner, 0, 2, tree.path(0)[1:]) != tree.root


def test_what_is_not_there_is_refused() -> None:
    tree = Tree([b"a", b"b", b"c"])
    with pytest.raises(ValueError, match="at least one leaf"):
        Tree([])
    for place in (-1, 3):
        with pytest.raises(IndexError, match="no number"):
            tree.path(place)
        with pytest.raises(ValueError, match="no leaf"):
            climb(b"a", place, 3, tree.path(0))
    with pytest.raises(ValueError, match="too short"):
        climb(b"a", 0, 3, tree.path(0)[:1])
    with pytest.raises(ValueError, match="too long"):
        climb(b"a", 0, 3, [*tree.path(0), b"x"])
