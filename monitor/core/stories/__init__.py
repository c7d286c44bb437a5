"""Stories: which entries of several feeds say the same, and what keeps two that read alike apart."""
