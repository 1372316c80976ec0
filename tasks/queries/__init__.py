"""The SQL of tasks, by what it is about."""
