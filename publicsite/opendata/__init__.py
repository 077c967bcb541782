"""The catalogue of open data, and its files: what anybody may read, for machines."""
