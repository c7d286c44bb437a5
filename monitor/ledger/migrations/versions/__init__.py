"""The steps from one schema of the ledger to the next, in order of their numbers."""
