"""The only public door: it authenticates, limits, routes, composes and streams, and owns nothing."""
