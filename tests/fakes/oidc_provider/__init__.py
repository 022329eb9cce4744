"""An OpenID Connect provider of our own, strict where real ones are, and able to misbehave on demand."""
