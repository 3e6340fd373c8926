"""What can go wrong with forms on paper."""


class UnknownForm(Exception):
    """No form of this programme has this code."""


class MistypedCode(Exception):
    """This cannot be a code: a letter is wrong, or two have changed places."""


class UnknownBatch(Exception):
    """There is no such batch of forms in this programme."""


class NotForPaper(Exception):
    """The activity is not one that is answered by a form on paper, or is not published."""


class SecondPersonNeeded(Exception):
    """Whoever typed a form first does not type it again."""


class TypedAlready(Exception):
    """The form has been typed by two people, or is done with."""


class LateReasonNeeded(Exception):
    """The form came after the close: say why it is taken."""


class NothingToDecide(Exception):
    """There is no difference here that waits for somebody, or it was changed meanwhile."""


class WordsNeeded(Exception):
    """A form that is filled in has words."""
