"""What an auditor checks of a draw beyond its root; verify_draw.py runs it on auditor.zip.

Python 3.9 or later and nothing else. Each check takes the pack's files, says what it found, and
raises AssertionError where something does not hold, Warning where there is nothing to check it by.
All sums are in whole numbers and exact fractions.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

MOST_OFF = 5  # tickets are whole and chances are not; so many tickets is too far off
CLOSE = Fraction(1, 10**9)


class Draw:
    """The records of an auditor's pack, laid out."""

    def __init__(self, files: Any) -> None:
        self.draw, targets, counts = (i["record"] for i in files["commitment.json"]["opened"])
        self.rules, portfolio, self.proof = files["lottery.json"]
        self.targets, self.counts = targets["rows"], counts["rows"]
        self.rounded_to, self.features = counts["rounded_to"], list(self.draw["features"])
        self.kinds, self.panels = portfolio["kinds"], portfolio["panels"]
        self.weights, self.tickets = portfolio["weights"], files["tickets.json"]
        self.people = {person["id"]: person for person in files["pool.json"]}
        need(len(self.people) == len(files["pool.json"]), "two have the same id")
        self.seated, self.must = set(self.rules["seated"]), set(self.rules["must_include"])
        self.excluded = set(self.rules["excluded"])
        self.home: dict[str, Any] = {name: name for name in self.people}
        for number, names in enumerate(self.rules["households"]):
            self.home.update(dict.fromkeys(names, number))
        self.seats = self.draw["size"] - len(self.seated)
        self.held = self.tally(self.seated)
        self.kind_of = {name: k for k, kind in enumerate(self.kinds) for name in kind["members"]}

    def tally(self, names: Iterable[str]) -> Counter[Any]:
        """How many of these people gave each answer."""
        return Counter(pair for name in names for pair in self.people[name]["answers"].items())

    def meet_targets(self, sums: Counter[Any], what: str) -> None:
        """With these people beside those already seated, each target is met."""
        for row in self.targets:
            answer = row["feature"], row["value"]
            have = sums[answer] + self.held[answer]
            need(row["least"] <= have <= row["most"], f"{what} has {have} of {' '.join(answer)}")

    def answers(self, name: str) -> list[Any]:
        return [self.people[name]["answers"][feature] for feature in self.features]

    def chances(self) -> list[Fraction]:
        """The chance of each of the people of each kind."""
        seats = [0] * len(self.kinds)
        for weight, panel in zip(self.weights, self.panels):  # noqa: B905 (not in Python 3.9)
            for k, count in enumerate(panel):
                seats[k] += weight * count
        whole = sum(self.weights)
        return [Fraction(n, whole * len(self.kinds[k]["members"])) for k, n in enumerate(seats)]

    def households(self) -> list[tuple[int, list[int]]]:
        """Each sort of household with people of several kinds: how many there are, its kinds."""
        sorts: dict[Any, list[int]] = {}
        for k, kind in enumerate(self.kinds):
            if len(kind["household"]) > 1:
                sorts.setdefault(tuple(map(by_answer, kind["household"])), []).append(k)
        return [(self.kinds[ks[0]]["places"], ks) for _, ks in sorted(sorts.items()) if ks[1:]]


def need(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)


def by_answer(answers: list[Any]) -> Any:
    """What answers are sorted by: unstated before stated, then the text."""
    return tuple((answer is not None, answer or "") for answer in answers)


def fraction(text: str) -> Fraction:
    over, under = text.split("/")
    return Fraction(int(over), int(under))


def check_people(files: Any) -> str:
    d = Draw(files)
    allowed: dict[str, set[Any]] = {}
    for row in d.targets:
        allowed.setdefault(row["feature"], {None}).add(row["value"])
    together = [name for names in d.rules["households"] for name in names]
    need(len(set(together)) == len(together), "somebody lives in two households")
    ruled = d.seated | d.must | d.excluded
    need(d.people.keys() >= ruled | set(together), "a rule names nobody who registered")
    need(d.draw["seated"] == len(d.seated), "the number already seated is wrong")
    fixed = {d.home[name] for name in d.seated | d.must}
    for name, person in d.people.items():
        need(sorted(person["answers"]) == sorted(d.features), f"{name} lacks a feature")
        for feature, answer in person["answers"].items():
            need(answer in allowed.get(feature, {answer}), f"{name}: “{answer}” has no target")
        need(person["shares_household"] == (name in set(together)), f"{name}: household")
        out = name in d.seated | d.excluded or (name not in d.must and d.home[name] in fixed)
        need(out == (name not in d.kind_of), f"{name} is left out, or let in, against the rules")
        standing = "left out by a rule" if out else "may be drawn"
        if name in d.seated | d.must:
            standing = "already seated" if name in d.seated else "must be included"
        need(person["standing"] == standing, f"{name} is told “{person['standing']}”")
    return f"{len(d.people)} registrants"


def check_counts(files: Any) -> str:
    d = Draw(files)
    found, listed = d.tally(d.people), [(row["feature"], row["value"]) for row in d.counts]
    need(set(listed) >= found.keys(), "an answer is not counted")
    need(len(set(listed)) == len(listed), "an answer is counted twice")
    withheld, step = 0, d.rounded_to
    for row in d.counts:
        right = (2 * found[row["feature"], row["value"]] + step) // (2 * step) * step
        need(row["registered"] in (None, right), f"{row['feature']} {row['value']}: {right}")
        withheld += row["registered"] is None
    rounded = f", the others to the nearest {step}" if step > 1 else ""
    return f"{len(listed)} counts, {withheld} of them not published{rounded}"


def check_kinds(files: Any) -> str:
    d = Draw(files)
    company: dict[Any, list[Any]] = {}
    for name in d.kind_of:
        company.setdefault(d.home[name], []).append(d.answers(name))
    need(len(d.kind_of) == sum(len(k["members"]) for k in d.kinds), "somebody is of two kinds")
    told_apart = {(str(k["answers"]), str(k["household"]), k["must"]) for k in d.kinds}
    need(len(told_apart) == len(d.kinds), "two kinds are the same")
    for k, kind in enumerate(d.kinds):
        homes = {d.home[name] for name in kind["members"]}
        need(len(homes) == kind["places"] > 0, f"kind {k}: its places are not its households")
        for name in kind["members"]:
            need(d.answers(name) == kind["answers"], f"{name} answered other than kind {k}")
            need((name in d.must) is kind["must"], f"{name}: must be included, or not")
            alike = sorted(company[d.home[name]], key=by_answer)
            need(alike == kind["household"], f"{name} lives in another sort of household")
    return f"{len(d.kinds)} kinds"


def check_panels(files: Any) -> str:
    d = Draw(files)
    homes = d.households()
    need(0 < len(d.panels) == len(d.weights), "weights and panels differ in number")
    need(all(type(w) is int and w > 0 for w in d.weights), "a weight is not a whole number over 0")
    for number, panel in enumerate(d.panels):
        what, sums = f"panel {number}", Counter[Any]()
        need(len(panel) == len(d.kinds) and sum(panel) == d.seats, f"{what} has not all seats")
        for k, count in enumerate(panel):
            kind = d.kinds[k]
            least = kind["places"] if kind["must"] else 0
            need(type(count) is int and least <= count <= kind["places"], f"{what} kind {k}")
            for i in range(len(d.features) if count else 0):
                sums[d.features[i], kind["answers"][i]] += count
        d.meet_targets(sums, what)
        for most, kinds in homes:
            need(sum(panel[k] for k in kinds) <= most, f"{what} has two of one household")
    return f"{len(d.panels)} panels"


def check_chances(files: Any) -> str:
    d = Draw(files)
    chances = d.chances()
    for name, person in d.people.items():
        k = d.kind_of.get(name)
        need(person["kind"] == k, f"{name} is of another kind")
        chance = Fraction(0) if k is None else chances[k]
        need(fraction(person["chance"]) == chance, f"that of {name} is {chance}")
    return f"from {float(min(chances)):.6f} to {float(max(chances)):.6f}"


def check_tickets(files: Any) -> str:
    d = Draw(files)
    need(len(d.tickets) == d.draw["tickets"], "a ticket is missing, or one too many")
    for ticket in d.tickets:
        people, what = set(ticket["people"]), f"ticket {ticket['number']}"
        need(len(people) == len(ticket["people"]) == d.seats, f"{what} has not {d.seats} people")
        need(d.people.keys() >= people, f"{what} has somebody who did not register")
        need(not people & (d.seated | d.excluded), f"{what} has somebody whom a rule leaves out")
        need(people >= d.must, f"{what} lacks somebody who must be included")
        homes = {d.home[name] for name in people}
        need(len(homes) == len(people), f"{what} has two of one household")
        need(not homes & {d.home[name] for name in d.seated}, f"{what} has two of one household")
        d.meet_targets(d.tally(people), what)
    return f"{len(d.tickets)} tickets"


def check_frequencies(files: Any) -> str:
    d = Draw(files)
    named = Counter(name for ticket in d.tickets for name in ticket["people"])
    off = Fraction(0)
    for name, person in d.people.items():
        need(person["tickets"] == named[name], f"{name} is on {named[name]}")
        off = max(off, abs(Fraction(named[name], len(d.tickets)) - fraction(person["chance"])))
    need(off * len(d.tickets) <= MOST_OFF, f"one is {float(off):.6f} off")
    return f"at most {off} = {float(off):.6f} off"


def check_certificate(files: Any) -> str:
    """That no lottery gives the worst placed more, then the next worst, and so on.

    A panel is a number x for each kind; each row of ``list_rows`` bounds a sum of them. A stage
    claims: of all panels, even of fractions of people, that give the kinds of earlier stages
    their level and everybody else at least this stage's, none gives this stage's kinds more. Any
    price on each row bounds what they can have: each row's bound times its price, and for each
    kind what is left of its worth times the most, or least, of it that may be.
    """
    d = Draw(files)
    stages, kinds, rows, chances = d.proof["stages"], d.kinds, list_rows(d), d.chances()
    impossible = set(d.proof["impossible"])
    need(not any(chances[k] for k in impossible), "somebody said to be on no panel has a chance")
    if not stages:
        raise Warning("no proof of that is in this pack; the chances are as stated above")
    level, gap, off, settled = Fraction(-1), Fraction(0), Fraction(0), dict[int, Fraction]()
    staged = [k for stage in stages for k in stage["kinds"]]
    need(len(set(staged)) == len(staged), "a kind has two levels")
    need(set(staged) <= set(range(len(kinds))), "there is no such kind")
    never = {k for k, kind in enumerate(kinds) if not (kind["must"] or k in set(staged))}
    need(never == impossible, "a kind that can be drawn has no level")
    for stage in stages:
        need(level < fraction(stage["level"]), "the levels do not rise")
        level, mine = fraction(stage["level"]), set(stage["kinds"])
        settled.update(dict.fromkeys(mine, level))
        prices = [fraction(price) for price in stage["prices"]]
        need(len(prices) == len(rows), "a row has no price")
        scale = math.lcm(*(price.denominator for price in prices))
        bound, worth = Fraction(0), [scale * (k in mine) for k in range(len(kinds))]
        for price, (least, most, members) in zip(prices, rows):  # noqa: B905 (not in Python 3.9)
            bound += scale * price * (most if price > 0 else least)
            for k in members if price else ():
                worth[k] -= int(scale * price)
        for k, kind in enumerate(kinds):
            high = 0 if k in never else kind["places"]
            fixed = k in never or kind["must"]
            low = high if fixed else len(kind["members"]) * settled.get(k, level)
            bound += worth[k] * (high if worth[k] > 0 else low)
        sizes = [len(kinds[k]["members"]) for k in mine]
        gap = max(gap, (bound / scale - level * sum(sizes)) / min(sizes))
        off = max([off, *(abs(chances[k] - level) for k in mine)])
    stated = CLOSE if d.proof["exact"] else max(CLOSE, fraction(d.proof["gap"]))
    need(gap <= stated, f"another could be ahead by {float(gap):.1e}")
    need(off <= stated, f"a chance is {float(off):.1e} off its level")
    people = sum(len(kinds[k]["members"]) for k in never)
    rest = f"; not proved here: that people left at chance 0 can be on no panel: {people}"
    found = f"levels {len(stages)}, gap {float(gap):.1e}, chances {float(off):.1e} off"
    return found + (rest if people else "")


def list_rows(d: Draw) -> list[tuple[int, int, list[int]]]:
    """What bounds panels: the seats, each target less who is seated, each sort of household."""
    rows = [(d.seats, d.seats, list(range(len(d.kinds))))]
    for target in d.targets:
        feature, value = target["feature"], target["value"]
        held, place = d.held[feature, value], d.features.index(feature)
        alike = [k for k, kind in enumerate(d.kinds) if kind["answers"][place] == value]
        rows.append((max(0, target["least"] - held), target["most"] - held, alike))
    return rows + [(0, most, members) for most, members in d.households()]


CHECKS: dict[str, Callable[[Any], str]] = {
    "Registrants, rules and households agree": check_people,
    "The counts agree with the registrants": check_counts,
    "People of one kind are alike": check_kinds,
    "Every panel meets every target and rule": check_panels,
    "Every chance follows from the panels": check_chances,
    "Every ticket meets every target and rule": check_tickets,
    "The tickets follow the chances": check_frequencies,
    "No lottery is fairer": check_certificate,
}
