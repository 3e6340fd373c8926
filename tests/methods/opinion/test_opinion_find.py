"""Whole maps of invented conversations: what was planted is found, and nothing depends on order."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from engagement.config import ROOT
from engagement.methods.opinion.drawing import draw_svg
from engagement.methods.opinion.errors import TooFewPeople
from engagement.methods.opinion.figures import count_votes, geometric_mean
from engagement.methods.opinion.find import find_opinions
from engagement.methods.opinion.page import draw_record, write_page
from engagement.methods.opinion.reading import Statements
from engagement.methods.opinion.record import make_record
from engagement.methods.opinion.results import Declared
from engagement.methods.opinion.stability import measure_stability
from engagement.methods.opinion.votes import gather_votes
from tests.methods.opinion.conversations import names, planted, whole

IN_ANY_ORDER = """
import hashlib, json, sys
import numpy as np
from engagement.methods.opinion.find import find_opinions
from engagement.methods.opinion.page import draw_record, write_page
from engagement.methods.opinion.reading import Statements
from engagement.methods.opinion.record import make_record
from engagement.methods.opinion.stability import measure_stability
from engagement.methods.opinion.votes import gather_votes
from tests.methods.opinion.conversations import planted
votes, _ = planted((300, 200, 100), 300, 0.3)
people = np.repeat(np.arange(600), votes.seen())
mix = np.random.default_rng(int(sys.argv[1]))
order, who, what = mix.permutation(len(people)), mix.permutation(600), mix.permutation(300)
again = gather_votes(
    [votes.participants[person] for person in who],
    [votes.statements[statement] for statement in what],
    np.argsort(who)[people[order]],
    np.argsort(what)[votes.columns[order]],
    votes.values[order],
)
opinions = find_opinions(again)
record = make_record(opinions, measure_stability(opinions), Statements())
page = write_page(draw_record(opinions, record), record)
print(hashlib.sha256((json.dumps(record) + page).encode()).hexdigest())
"""


def test_planted_groups_are_found_and_halves_agree() -> None:
    for sizes in ((90, 60), (80, 60, 40)):
        votes, truth = planted(sizes)
        opinions = find_opinions(votes)
        assert opinions.sizes == sizes
        assert adjusted_rand_score(truth, opinions.labels) == 1
        stability = measure_stability(opinions)
        assert stability is not None
        assert stability.mean > 0.9
        assert len(stability.agreements) == 20
        # What all were planted to agree on comes first.
        order = np.argsort(-opinions.consensus)
        assert set(order[:20].tolist()) <= set(range(24))
        assert np.nanargmax(opinions.difference) >= 24


def test_groups_that_are_only_noise_are_not_stable() -> None:
    chance = np.random.default_rng(4)
    given_votes = chance.random((150, 60)) < 0.5
    people, about = np.nonzero(given_votes)
    values = chance.integers(-1, 2, len(people))
    opinions = find_opinions(gather_votes(names(150), names(60), people, about, values))
    stability = measure_stability(opinions)
    assert stability is not None
    assert stability.mean < 0.4
    record = make_record(opinions, stability, Statements())
    assert any("read the groups with care" in note for note in record["notes"])


def test_the_same_votes_give_the_same_bytes_whatever_order_hash_seed_and_threads() -> None:
    answers = set()
    for seed, threads in (("1", "1"), ("2", "2"), ("3", "4")):
        environ = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "OMP_NUM_THREADS": threads,
            "OPENBLAS_NUM_THREADS": threads,
        }
        command = [sys.executable, "-c", IN_ANY_ORDER, seed]
        answers.add(subprocess.check_output(command, cwd=ROOT, env=environ))
    assert len(answers) == 1


@settings(deadline=None, max_examples=80)
@given(data=st.data())
def test_nothing_published_tells_of_a_group_below_eight(data: st.DataObject) -> None:
    people, width = data.draw(st.integers(8, 40)), data.draw(st.integers(1, 12))
    seed, share = data.draw(st.integers(0, 99)), data.draw(st.sampled_from((0.3, 0.7, 1.0)))
    chance = np.random.default_rng(seed)
    matrix = [
        [int(chance.integers(-1, 2)) if chance.random() < share else None for _ in range(width)]
        for _ in range(people)
    ]
    matrix[0][0] = 1
    values = data.draw(st.lists(st.sampled_from((None, "a", "b")), min_size=40, max_size=40))
    votes = whole(matrix)
    declared = Declared("sex", values[:people])
    if (votes.seen() > 0).sum() < 8:
        with pytest.raises(TooFewPeople):
            find_opinions(votes, [declared])
        return
    opinions = find_opinions(votes, [declared])
    record = make_record(opinions, measure_stability(opinions), Statements())
    assert all(group["size"] >= 8 for group in record["groups"])
    assert sum(group["size"] for group in record["groups"]) == record["grouped"]
    assert record["grouped"] == 0 or record["grouped"] >= 8
    voted = votes.seen() > 0
    left = opinions.everyone.seen.sum() - opinions.by_group.seen.sum()
    apart = int((voted & (opinions.labels < 0)).sum())
    assert opinions.apart == apart
    assert left == 0 or apart >= 8  # what groups leave over is not of fewer than eight
    for value in "ab":
        members = sum(
            bool(has) and one == value for has, one in zip(voted, declared.values, strict=True)
        )
        assert (value in record["declared"][0]["counted"]) == (members >= 8)
    assert min(one["score"] for one in record["consensus"]) > 0
    json.dumps(record, allow_nan=False)
    write_page(draw_record(opinions, record), record)


def test_bridging_counts_opinion_groups_and_each_heading_alike() -> None:
    votes, _ = planted((60, 50), share=0.9)
    chance = np.random.default_rng(6)
    sex = [("Female", "Male", None)[value] for value in chance.integers(0, 3, 110)]
    ages = ["old"] * 20 + ["young"] * 83 + ["few"] * 7
    opinions = find_opinions(votes, [Declared("Sex", sex), Declared("Age", ages)])
    means = [opinions.consensus]
    for values, counted in ((sex, ["Female", "Male"]), (ages, ["old", "young"])):
        labels = np.array([counted.index(one) if one in counted else -1 for one in values])
        means.append(geometric_mean(count_votes(votes, labels, 2).agreement()))
    expected = np.prod(means, axis=0) ** (1 / 3)
    few = np.array([value == "old" for value in ages])
    seen = count_votes(votes, np.where(few, 0, -1), 1).seen[0]
    assert (seen >= 8).all()  # so that every group counts for every statement
    assert np.allclose(opinions.bridging, expected)
    sexes, by_age = opinions.divisions
    assert (sexes.counted, sexes.left_out) == (("Female", "Male"), False)
    assert (by_age.counted, by_age.left_out) == (("old", "young"), True)
    notes = make_record(opinions, None, Statements())["notes"]
    assert "Values of “Age” with fewer than 8 people are left out." in notes


def test_a_declared_group_counts_only_where_eight_of_it_voted() -> None:
    votes = whole([[1, 1]] * 10 + [[-1, None]] * 3 + [[-1, -1]] * 7)
    ages = ["old"] * 10 + ["young"] * 10
    opinions = find_opinions(votes, [Declared("Age", ages)])
    old = 11 / 12
    assert opinions.bridging[1] == pytest.approx(np.sqrt(opinions.consensus[1] * old))
    both = np.sqrt(old * 1 / 12)
    assert opinions.bridging[0] == pytest.approx(np.sqrt(opinions.consensus[0] * both))
    nobody = find_opinions(votes, [Declared("Age", ["few"] * 7 + [None] * 13)])
    assert np.allclose(nobody.bridging, nobody.consensus)
    (note,) = (
        note
        for note in make_record(nobody, None, Statements())["notes"]
        if "is not counted" in note
    )
    assert note == "“Age” is not counted: no value of it has 8 people."


def test_seven_people_are_too_few_for_a_map() -> None:
    with pytest.raises(TooFewPeople, match="7 people voted"):
        find_opinions(whole([[1, 0]] * 7 + [[None, None]] * 5))
    with pytest.raises(TooFewPeople, match="1 person voted"):
        find_opinions(whole([[1, 0]]))


def test_everybody_voting_the_same_is_one_group() -> None:
    for vote in (1, 0, -1):
        opinions = find_opinions(whole([[vote] * 10] * 12))
        assert opinions.sizes == (12,)
        stability = measure_stability(opinions)
        assert stability is not None
        assert stability.mean == 1
        notes = make_record(opinions, stability, Statements())["notes"]
        assert any(note.startswith("Everybody voted the same") for note in notes)
        assert any(note.startswith("There is one group") for note in notes)


def test_people_who_voted_too_little_are_in_no_group_but_count_among_all() -> None:
    few: list[int | None] = [1, 1, None, None, None, None, None, None]
    opinions = find_opinions(whole([few] * 20))
    assert opinions.groups == 0
    assert measure_stability(opinions) is None
    assert opinions.consensus[0] == pytest.approx(21 / 22)
    record = make_record(opinions, None, Statements())
    assert record["groups"] == []
    assert record["stability"] is None
    assert any("there is no map and no group" in note for note in record["notes"])
    page = write_page(draw_record(opinions, record), record)
    assert "No map: too few people voted" in page
    opinions = find_opinions(whole([few] * 20 + [[1] * 8] * 10))
    assert opinions.sizes == (10,)
    assert (opinions.labels[:20] == -1).all()
    assert opinions.everyone.agree[0, 0] == 30
    opinions = find_opinions(whole([few] * 7 + [[1] * 8] * 10))
    assert opinions.everyone.agree[0, 0] == 10  # seven would be told by difference
    (note,) = (
        note for note in make_record(opinions, None, Statements())["notes"] if "7 of" in note
    )
    assert "the votes of so few could be told" in note


def test_work_can_be_stopped_between_steps() -> None:
    class Stopped(Exception):
        pass

    def stop() -> None:
        raise Stopped

    votes, _ = planted((20, 20))
    with pytest.raises(Stopped):
        find_opinions(votes, checkpoint=stop)
    with pytest.raises(Stopped):
        measure_stability(find_opinions(votes), checkpoint=stop)


def test_values_that_are_not_of_all_participants_are_refused() -> None:
    votes, _ = planted((20, 20))
    with pytest.raises(ValueError, match="“Sex” must hold a value"):
        find_opinions(votes, [Declared("Sex", ["a"])])


def test_somebody_far_outside_is_drawn_at_the_edge_and_leaves_room_for_others() -> None:
    votes, _ = planted((60, 40))
    opinions = find_opinions(votes)
    points = opinions.points.copy()
    points[3] = (1e6, -1e6)
    svg = draw_svg(replace(opinions, points=points), "t", "d", ["A", "B"])
    marks = np.array(re.findall(r"M(-?[0-9]+) (-?[0-9]+)", svg.split("<circle")[0]), dtype=int)
    assert len(np.unique(marks, axis=0)) > 60
    assert marks.min() > 0
    assert (marks < (640, 480)).all()
