"""The form of an official document: what it consists of, the rules, and where it departs from them."""
