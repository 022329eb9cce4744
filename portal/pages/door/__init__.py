"""Pages without a session: sign-in, one's own account, and the webhooks of Zalo."""
