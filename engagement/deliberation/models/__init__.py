"""The tables of deliberation: rounds, what is said of it, recommendations."""

from engagement.deliberation.models.oversight import (
    Evaluation,
    IntegrityStatement,
    OversightSignature,
)
from engagement.deliberation.models.recommendations import (
    Expectation,
    MinorityStatement,
    Recommendation,
    RecommendationBallot,
    RecommendationSource,
    RecommendationWording,
)
from engagement.deliberation.models.rounds import (
    Round,
    RoundAnswer,
    RoundOutput,
    RoundPaper,
    RoundQuestion,
    RoundTask,
)

__all__ = [
    "Evaluation",
    "Expectation",
    "IntegrityStatement",
    "MinorityStatement",
    "OversightSignature",
    "Recommendation",
    "RecommendationBallot",
    "RecommendationSource",
    "RecommendationWording",
    "Round",
    "RoundAnswer",
    "RoundOutput",
    "RoundPaper",
    "RoundQuestion",
    "RoundTask",
]
