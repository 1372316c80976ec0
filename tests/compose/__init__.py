"""What is tried on a real Docker engine: `make test-compose` runs it, and `make test` needs no engine."""
