"""Runs the whole of TaskSync on one machine: an embedded PostgreSQL, the five services, and a keeper of them all."""
