"""How PostgreSQL finds the pages of tasks in a room of 100,000: `python -m bench.plans` prints it."""
