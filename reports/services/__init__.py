"""The verbs on documents."""
