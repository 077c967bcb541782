"""Reads over several models of the register, as frozen values."""
