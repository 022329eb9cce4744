"""What comes in: mail, bounces, answers, events of Zalo; understood, or kept for a person."""
