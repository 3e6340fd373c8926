"""What may be told of people without telling of one: pure methods on counts."""
