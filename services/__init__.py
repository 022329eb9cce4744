"""Actions: one function, one sentence of the business. Given what they need; they do not commit."""
