"""How static files are stored: hashed names, and a gzip twin beside each."""

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Without brotli: a minute of work for Wagtail's files, to save a few kilobytes a visit."""

    def create_compressor(self, **kwargs: object) -> Compressor:
        return Compressor(**{**kwargs, "use_brotli": False})
