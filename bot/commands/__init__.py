"""The subcommands of `klankbord`, one file each; they import what is heavy only when they run."""
