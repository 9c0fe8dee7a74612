"""What goes wrong around the program: its database, its disk, its clock, its platforms; and two replicas at once."""
