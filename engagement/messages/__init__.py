"""Messages: an outbox row for every e-mail and letter, and the back ends that deliver them."""
