from tests.peers.mitm import injector, running_injector
from tests.platforms import platform
from tests.workers import broker, start_worker

__all__ = ["broker", "injector", "platform", "running_injector", "start_worker"]
