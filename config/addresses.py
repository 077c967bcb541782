"""Parts of addresses, before Django is there."""

from urllib.parse import urlsplit


def origin(address: str) -> str:
    """Scheme, host and port of an address; empty for an empty one."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
