"""Messages out and in, by e-mail, Zalo and whatever Apprise knows; their texts, from plain facts."""
