"""Files into the register: read, mapped, parsed and planned here, applied by a service."""
