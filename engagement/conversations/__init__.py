"""Open conversations: statements that people agree or disagree with, and the map of opinions."""
