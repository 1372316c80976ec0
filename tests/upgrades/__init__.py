"""Databases of an earlier version under the code of now, and migrations under services that go on working."""
