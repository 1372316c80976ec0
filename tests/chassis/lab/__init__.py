"""A service with no domain, to try the chassis on: run as a process of its own, like a real one."""
