"""Compares the four databases as they are, and mends what can only be mended one way: an operator's command."""
