"""Secrets that are stored encrypted: those of second factors, the keys of data sources."""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def encrypt(text: str) -> str:
    return _keys().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """Raises cryptography's InvalidToken where none of the keys fits."""
    return _keys().decrypt(text.encode()).decode()


def _keys() -> MultiFernet:
    """FIELD_KEYS, the newest first; without any, a key derived from SECRET_KEY."""
    texts = settings.FIELD_KEYS or [f"second-factor:{settings.SECRET_KEY}"]
    digests = [hashlib.sha256(text.encode()).digest() for text in texts]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
