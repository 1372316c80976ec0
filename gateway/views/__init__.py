"""The composed views: each file reads as the list of its parts."""
