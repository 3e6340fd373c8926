"""CSV files as spreadsheets save them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.documents.sheets import LIVE, NotATable, open_csv, read_csv, write_csv

CELL = st.text(
    st.characters(exclude_categories=["Cs", "Co"], exclude_characters="\0\r"), max_size=8
).filter(lambda cell: not cell.startswith(LIVE))


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"\xef\xbb\xbfa,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
        (b"a;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]]),
        (b"a\tb\n1\t2", [["a", "b"], ["1", "2"]]),
        (b'"one, two";b\n1;2', [["one, two", "b"], ["1", "2"]]),
        ("Orléans,b\n".encode("cp1252"), [["Orléans", "b"]]),
        (b'a,b\n\n"1\n2",3\n\n,\n', [["a", "b"], [], ["1\n2", "3"]]),
        (b"a\rb\r", [["a"], ["b"]]),
    ],
)
def test_every_usual_form_is_read(tmp_path: Path, content: bytes, rows: list[list[str]]) -> None:
    assert read_csv(content) == rows
    (tmp_path / "a.csv").write_bytes(content)
    with open_csv(tmp_path / "a.csv") as table:
        assert [row for _, row in table.rows()][: len(rows)] == rows
        assert next(table.rows()) == (1, rows[0])
        assert table.sha256 == hashlib.sha256(content).hexdigest()
        assert table.size == table.position == len(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"\n , \n", "The file is empty"),
        (b"PK\x03\x04rest", "spreadsheet, not a CSV file. Save it as “CSV UTF-8”"),
        (b"a,b\0\n", "not a CSV file. Save the table as “CSV UTF-8”"),
        (b'a,b\n1,2\n"3,4\n5,6\n', "no partner. Look for it in this row: 3"),
        (b"a" * 10_000_001, "quotation marks"),
    ],
)
def test_what_is_no_table_is_said_in_words_with_what_to_do(content: bytes, words: str) -> None:
    with pytest.raises(NotATable, match=words):
        read_csv(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04rest", "spreadsheet, not a CSV file"),
        ("a,b\n".encode("utf-16"), "not a CSV file"),
        (b'a,b\n1,2\n"3,4\n5,6\n', "no partner. Look for it in this row: 3"),
        (None, "cannot be read: No such file"),
    ],
)
def test_a_long_file_that_is_no_table_is_said_alike(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "a.csv"
    if content is not None:
        path.write_bytes(content)

    def read() -> None:
        with open_csv(path) as table:
            list(table.rows())

    with pytest.raises(NotATable, match=words):
        read()


@given(st.lists(st.tuples(CELL, CELL), max_size=5))
def test_what_was_written_is_read_back(rows: list[tuple[str, str]]) -> None:
    read = read_csv(write_csv(["a", "b"], rows))
    while rows and not "".join(rows[-1]).strip():
        rows.pop()
    assert read == [["a", "b"], *map(list, rows)]
