"""Walks over all routes: each has a policy, a document, and tests that its rights hold."""
