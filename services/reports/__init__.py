"""The facts of periodic reports, and their drafts."""
