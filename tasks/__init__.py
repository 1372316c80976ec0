"""Tasks of rooms: their order, assignees, comments and trash."""
