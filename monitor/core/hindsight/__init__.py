"""What rules would have told of what was there before."""
