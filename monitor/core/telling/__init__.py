"""What is told of what was found: to whom, when, in which words."""
