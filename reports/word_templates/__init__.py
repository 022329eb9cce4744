"""The Word templates an office may change: their fields, the check of a changed one, its trial."""
