"""Names in other spellings and other cases: how they may sound, be written, and be told from words."""
