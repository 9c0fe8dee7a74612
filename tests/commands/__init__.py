"""The command line as an admin meets it: help, the first hour, changes, simulation, and the running bot."""
