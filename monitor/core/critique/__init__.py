"""What is wrong with rules that are well written: as a book, by themselves, by their examples."""
