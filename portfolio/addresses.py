"""What a project's code looks like: in the register, and so in every address that holds one."""

from django.urls import register_converter

CODE_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._-]*"
PROJECT = "projets/<project:code>"  # below /pilotage/


class ProjectCode:
    """`<project:code>` in an address: anything else is an address that leads nowhere."""

    regex = CODE_PATTERN

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ProjectCode, "project")
