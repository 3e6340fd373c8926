"""Every setting stands in the README, as the code has it."""

from __future__ import annotations

from engagement.config import ROOT, Config

BEGIN, END = "<!-- settings -->", "<!-- /settings -->"
HEAD = ["| setting | default | what it is |", "|---|---|---|"]


def settings_table() -> list[str]:
    """The rows of the README's table."""
    return [
        f"| `{name}` | {f'`{default}`' if default else ''} | {about} |"
        for name, default, about in Config.table()
    ]


def rows_of(readme: str) -> list[str]:
    """The rows between the README's marks, without the head."""
    assert readme.count(BEGIN) == readme.count(END) == 1, f"README.md needs {BEGIN} and {END} once"
    between = readme.partition(BEGIN)[2].partition(END)[0]
    return [line for line in between.splitlines() if line.startswith("| `")]


def explain(readme: str) -> str:
    """What to paste between the marks where the README is not right; nothing where it is."""
    wanted = settings_table()
    if rows_of(readme) == wanted:
        return ""
    return "\n".join(["Paste this between the marks in README.md:", "", *HEAD, *wanted])


def test_the_readme_has_every_setting_with_its_default_and_purpose() -> None:
    problem = explain((ROOT / "README.md").read_text())
    assert not problem, problem


def test_a_setting_that_is_missing_or_changed_is_found() -> None:
    rows = settings_table()
    right = "\n".join([BEGIN, *HEAD, *rows, END])
    assert explain(right) == ""
    for wrong in (right.replace(rows[3], ""), right.replace("`worker-1`", "`worker-2`")):
        assert rows[3] in explain(wrong)


def test_every_setting_says_what_it_is_for() -> None:
    for name, _, about in Config.table():
        assert name.startswith("ENGAGEMENT_")
        assert len(about) > 15, name
        assert "|" not in about, f"{name}: a bar would break the table"
