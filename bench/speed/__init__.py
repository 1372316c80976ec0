"""How fast: the same questions to TaskSync and to a yardstick, in turns in one go."""
