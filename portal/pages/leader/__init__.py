"""Pages of a leader: what waits for a decision, reports to approve, the portfolio."""
