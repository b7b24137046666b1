"""Made damage: every input is worked out from a seed and a number, so that each can be made again."""
