"""Signing in: the second factor, and a provider of identities."""
