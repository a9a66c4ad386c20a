"""Births in; estimates, signals, rankings and the bulletin out: where the parts of the library meet."""
