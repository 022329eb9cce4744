"""Other systems: API tokens, idempotency, webhooks."""
