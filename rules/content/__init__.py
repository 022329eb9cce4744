"""What the tables units hand in say: their values, what is wrong in them, and the verdict."""
