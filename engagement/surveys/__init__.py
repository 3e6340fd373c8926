"""Surveys and their waves: questions that last, answers that can be changed, what changed since."""
