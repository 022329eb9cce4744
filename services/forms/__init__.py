"""The tables units fill in, tables people import, and what is consolidated from them."""
