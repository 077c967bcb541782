from tests.platforms import platform
from tests.workers import broker, start_worker

__all__ = ["broker", "platform", "start_worker"]
