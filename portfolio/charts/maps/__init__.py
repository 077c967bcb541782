"""Static maps drawn from stored geometries: the same SVG on a page and on paper."""
