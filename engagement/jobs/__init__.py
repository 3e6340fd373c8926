"""The job worker: carries runs out, one durable step after the other."""
