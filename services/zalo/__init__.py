"""The Official Account's consent and tokens, who is linked to which Zalo id, and the chat."""
