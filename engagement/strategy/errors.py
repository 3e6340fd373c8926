"""What can go wrong with strategy drafts and responses."""


class UnknownDraft(Exception):
    """There is no such draft in this programme."""


class UnknownParagraph(Exception):
    """There is no such paragraph in this draft."""


class NothingInDraft(Exception):
    """The file holds no paragraph."""


class NotMarkdown(Exception):
    """The file is no text in Markdown."""


class SameVersion(Exception):
    """The file is the very version that is there already."""


class AnswerNeedsReason(Exception):
    """Nobody is told yes, partly or no without a reason."""


class NotAgreed(Exception):
    """The panel has not agreed on these words, so nobody has to answer them."""


class ChangedMeanwhile(Exception):
    """Somebody else has changed the answer since the form was opened."""


class DueBefore(Exception):
    """The day by which it is to be answered is over already."""
