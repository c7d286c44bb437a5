"""`vigie demo`: a day of live coverage, replayed to the real service, and held against a gold list."""
