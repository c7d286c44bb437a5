"""Why a rule is met or not, in words."""
