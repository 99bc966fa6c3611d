"""The commands of the program, one module for those that belong together."""
