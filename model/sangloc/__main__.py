"""`python -m sangloc` is the command `sangloc`."""

from sangloc.cli import main

main()
