"""What a web process loads before its first page."""

import os
import subprocess
import sys

from ops.lint import PRODUCTION
from ops.paths import ROOT

START = "import django; django.setup(); import config.urls, sys; print('weasyprint' in sys.modules)"


def test_the_web_server_does_not_load_the_maker_of_documents():
    environment = os.environ | PRODUCTION | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-c", START]
    done = subprocess.run(
        command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True
    )

    assert done.stdout.strip() == "False", done.stderr[-800:]
