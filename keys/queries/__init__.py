"""The SQL of Keys, by what it is about."""
