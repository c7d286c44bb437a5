"""What is remembered of a feed from one poll to the next, and what is concluded from it."""
