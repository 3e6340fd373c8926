"""Strategy: drafts in paragraphs, what each has to do with a priority, and the answers."""
