"""A Merkle tree: one hash that stands for many records, each of which can be shown alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


class Tree:
    """The tree over ``leaves``, at least one text of bytes each.

    The hash of a leaf is ``SHA-256(0x00 ‖ leaf)``, that of two nodes ``SHA-256(0x01 ‖ left ‖
    right)``, so that no node passes for a leaf; a last node without a neighbour moves up as it is.
    The shape, and so the root, is that of RFC 6962, section 2.1.

    Raises ``ValueError`` where there is no leaf.
    """

    def __init__(self, leaves: Sequence[bytes]) -> None:
        if not leaves:
            raise ValueError("a tree needs at least one leaf")
        rows = [[hash_leaf(leaf) for leaf in leaves]]
        while len(rows[-1]) > 1:
            below = rows[-1]
            above = [_join(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)]
            rows.append(above + below[len(below) // 2 * 2 :])
        self._rows = rows

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self._rows[0])

    @property
    def root(self) -> bytes:
        """The 32 bytes that stand for all leaves."""
        return self._rows[-1][0]

    def path(self, place: int) -> tuple[bytes, ...]:
        """The neighbours, from the bottom up, that lead from leaf ``place`` (from 0) to the root.

        Raises ``IndexError`` where there is no such leaf.
        """
        if not 0 <= place < self.size:
            raise IndexError(f"there are {self.size} leaves, and no number {place}")
        path = []
        for row in self._rows[:-1]:
            if (neighbour := place ^ 1) < len(row):
                path.append(row[neighbour])
            place //= 2
        return tuple(path)


def hash_leaf(leaf: bytes) -> bytes:
    """The 32 bytes that stand for one leaf."""
    return hashlib.sha256(b"\0" + leaf).digest()


def climb(leaf: bytes, place: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that follows from ``leaf`` as number ``place`` of ``size``, by its ``path``.

    Raises ``ValueError`` where the path is too short or too long for that place.
    """
    if not 0 <= place < size:
        raise ValueError(f"there is no leaf {place} among {size}")
    node, left = hash_leaf(leaf), list(path)
    while size > 1:
        if (place ^ 1) < size:
            if not left:
                raise ValueError("the path is too short")
            neighbour = left.pop(0)
            node = _join(neighbour, node) if place % 2 else _join(node, neighbour)
        place, size = place // 2, (size + 1) // 2
    if left:
        raise ValueError("the path is too long")
    return node


def _join(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()
