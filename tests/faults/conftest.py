from tests.platforms import platform

__all__ = ["platform"]
