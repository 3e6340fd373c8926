"""Insight: what people said, as themes, and the priorities that are made of them."""
