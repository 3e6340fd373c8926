"""The front of the method: passages in, themes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from engagement.methods.themes.corpus import Corpus, gather
from engagement.methods.themes.errors import (
    NothingInCommon,
    TooFewDistinctPoints,
    TooFewPoints,
)
from engagement.methods.themes.results import MethodCard, Theme, Themes
from engagement.methods.themes.size import (
    LEAST_DISTINCT,
    LEAST_POINTS,
    LEAST_THEMES,
    MOST_THEMES,
    choose_theme_count,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engagement.methods.themes.features import Features

NAME, VERSION = "Themes by words in common", "1"


def find_themes(
    passages: Sequence[str],
    *,
    k: int | None = None,
    checkpoint: Callable[[], None] | None = None,
) -> Themes:
    """Group ``passages`` (n texts, a point each) by what they are about.

    ``k``: how many themes to look for, 2 to 60; by default ``choose_theme_count`` decides. There
    are fewer where the passages cannot be told apart so finely. Copies of a passage count in
    sizes, and not in where the themes lie: sending a text a thousand times makes no theme.
    ``checkpoint`` is called between steps and may raise to stop.

    The same passages give the same themes, whatever their order, the hash seed or the number of
    threads, on one machine with one set of libraries.

    Raises ``TooFewPoints`` (fewer than 20 passages that say something, or ``TooFewDistinctPoints``:
    fewer than 10 that differ), ``NothingInCommon``, ``ValueError`` for ``k`` and ``TypeError`` for
    ``passages``.
    """
    if k is not None and not LEAST_THEMES <= k <= MOST_THEMES:
        raise ValueError(f"k must be {LEAST_THEMES} to {MOST_THEMES}, not {k}")
    corpus = gather(passages)
    if (found := sum(corpus.copies)) < LEAST_POINTS:
        raise TooFewPoints(found, LEAST_POINTS)
    if (found := len(corpus.texts)) < LEAST_DISTINCT:
        raise TooFewDistinctPoints(found, LEAST_DISTINCT)

    # Only now: whoever merely may ask for themes should not carry these libraries.
    from threadpoolctl import threadpool_limits

    # Sums of several threads differ in the last digit from run to run.
    with threadpool_limits(limits=1):
        return _fit(corpus, passages, k, checkpoint or (lambda: None))


def _fit(
    corpus: Corpus, passages: Sequence[str], k: int | None, checkpoint: Callable[[], None]
) -> Themes:
    import numpy as np

    from engagement.methods.themes.clustering import centres, cluster
    from engagement.methods.themes.features import make_features
    from engagement.methods.themes.labels import label_themes
    from engagement.methods.themes.mixture import refine
    from engagement.methods.themes.quotes import measure_closeness

    checkpoint()
    features = make_features(corpus.texts)
    if len(features.placed) < LEAST_DISTINCT:
        raise NothingInCommon
    checkpoint()
    k = k or choose_theme_count(len(features.placed))
    copies = np.array(corpus.copies)[features.placed]
    groups = cluster(features.vectors, k, checkpoint)
    labels = _largest_first(refine(features.vectors, groups, checkpoint), copies)
    checkpoint()
    names = label_themes([corpus.texts[row] for row in features.placed], labels)

    theme_of = np.full(len(corpus.texts) + 1, -1, dtype=np.int64)  # the last: nothing said
    theme_of[features.placed] = labels
    close = np.zeros(len(corpus.texts) + 1)
    for label, centre in enumerate(centres(features.vectors, labels)):
        inside = labels == label
        close[features.placed[inside]] = measure_closeness(features.vectors[inside], centre)
    rows = np.array(corpus.row_of, dtype=np.int64)
    assignment, closeness = theme_of[rows], close[rows]
    checkpoint()
    return Themes(
        assignment,
        closeness,
        tuple(
            _theme(name, np.flatnonzero(assignment == label), closeness, passages)
            for label, name in enumerate(names)
        ),
        _card(corpus, features, k, int((assignment >= 0).sum())),
    )


def _largest_first(labels: NDArray[np.int64], copies: NDArray[np.int64]) -> NDArray[np.int64]:
    """Labels numbered by size, copies counted; ties by the first text, as rows are sorted."""
    import numpy as np

    sizes = np.bincount(labels, weights=copies).tolist()
    first = np.unique(labels, return_index=True)[1].tolist()
    order = sorted(range(len(sizes)), key=lambda label: (-sizes[label], first[label]))
    return np.argsort(order)[labels]


def _theme(
    name: tuple[str, ...],
    members: NDArray[np.int64],
    closeness: NDArray[np.float64],
    passages: Sequence[str],
) -> Theme:
    from engagement.methods.themes.quotes import choose_medoids, order_by_closeness
    from engagement.methods.themes.words import terms

    texts = [passages[point] for point in members]
    order = order_by_closeness(closeness[members].tolist(), texts)
    words = [{stem for stem, _ in terms(text) if " " not in stem} for text in texts]
    medoids = choose_medoids(order, words)
    return Theme(name, len(members), members[order], tuple(int(members[row]) for row in medoids))


def _card(corpus: Corpus, features: Features, k: int, placed: int) -> MethodCard:
    from engagement.methods.themes.features import least_passages
    from engagement.methods.themes.mixture import CONCENTRATION

    return MethodCard(
        name=NAME,
        version=VERSION,
        parameters={
            "themes asked for": k,
            "dimensions": features.vectors.shape[1],
            "words and phrases counted": features.vocabulary,
            "passages a word must stand in": least_passages(len(corpus.texts)),
            "concentration": CONCENTRATION,
        },
        points=len(corpus.row_of),
        distinct=len(corpus.texts),
        placed=placed,
        fingerprint=corpus.fingerprint,
        explained_variance=features.explained_variance,
    )
