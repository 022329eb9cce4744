"""Cases: opened, handed in for, decided upon, their steps, requests and conversation."""
