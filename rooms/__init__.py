"""Rooms, their settings, and the invites that lead into them."""
