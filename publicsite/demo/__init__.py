"""The demonstration metropolis, from an empty database to something to show on every screen."""
