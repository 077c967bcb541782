"""A real object store with the S3 interface: a moto server of the tests, on the loopback interface.

Without a user anybody may read. Once `guard` was called it checks every signature.
"""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import botocore.session
import pytest

from ops import venv
from ops.platform import free_port, wait_for
from tests.platforms import Children

BUCKET = "lac"
ROOT_KEYS = {"aws_access_key_id": "root", "aws_secret_access_key": "root"}
READ_ALL = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
}


@dataclass
class ObjectStore:
    """`reader`: KEY:SECRET of a user who may read all."""

    url: str
    reader: str = ""
    _clients: dict = field(default_factory=dict)

    def client(self, service: str):
        if service not in self._clients:
            self._clients[service] = botocore.session.get_session().create_client(
                service, region_name="us-east-1", endpoint_url=self.url, **ROOT_KEYS
            )
        return self._clients[service]

    def put(self, key: str, body: bytes) -> None:
        self.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body, ACL="public-read")

    def empty(self) -> None:
        """An empty bucket, open to all."""
        self._ask("reset-auth", b"inf")
        self._ask("reset")
        self.client("s3").create_bucket(Bucket=BUCKET)

    def guard(self) -> None:
        """From here on only the reader may ask."""
        users = self.client("iam")
        users.create_user(UserName="lecteur")
        users.put_user_policy(
            UserName="lecteur", PolicyName="lire", PolicyDocument=json.dumps(READ_ALL)
        )
        key = users.create_access_key(UserName="lecteur")["AccessKey"]
        self.reader = f"{key['AccessKeyId']}:{key['SecretAccessKey']}"
        self._ask("reset-auth", b"0")

    def _ask(self, verb: str, body: bytes = b"") -> None:
        url, headers = f"{self.url}/moto-api/{verb}", {"Content-Type": "text/plain"}
        request = urllib.request.Request(url, data=body, headers=headers, method="POST")
        with urllib.request.urlopen(request, timeout=10):
            pass


@contextmanager
def started(folder: Path) -> Iterator[ObjectStore]:
    python = venv.ensure(venv.MOTO, venv.MOTO_VENV)
    port = free_port()
    group = Children(folder)
    command = [str(python.parent / "moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    try:
        group.start("moto", command, env={"PATH": "/usr/bin:/bin"}, cwd=folder)
        wait_for(f"http://127.0.0.1:{port}/moto-api/data.json", patience_s=60)
        yield ObjectStore(f"http://127.0.0.1:{port}")
    finally:
        group.stop()


@pytest.fixture(scope="session")
def running_object_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    with started(tmp_path_factory.mktemp("moto")) as store:
        yield store


@pytest.fixture
def object_store(running_object_store: ObjectStore) -> ObjectStore:
    running_object_store.empty()
    return running_object_store
