"""What a book looks for in a text and which of its rules are met: one scan, and judgement where it is needed."""
