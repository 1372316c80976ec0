"""What every request passes before it is served: one policy a file."""
