"""What may leave and when: channels, caps, hours, holds, opt-outs, the health of addresses."""
