"""Prompts: data cards shown before a question, and wording for other languages and formats."""
