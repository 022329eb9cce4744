"""`python -m cli` is `kyhan`."""

from cli import main

main()
