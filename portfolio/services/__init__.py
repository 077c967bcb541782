"""All writes to the register, one verb a function."""
