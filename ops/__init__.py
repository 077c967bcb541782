"""What runs on the machine around Django: packages, private servers, processes.

Only the standard library is used here, because this code runs before `.venv` exists.
"""
