"""A small map of where a project is, drawn on the server."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from portfolio.charts.maps.project import project_maps
from portfolio.models import Project

NARROW, WIDE = (340, 260), (720, 420)


@dataclass(frozen=True)
class Drawings:
    """The same map for a narrow and a wide column, so that its words keep a readable size."""

    narrow: SafeString
    wide: SafeString


def project_drawings(project: Project) -> Drawings | None:
    """None where the register holds no geometry."""
    drawn = project_maps(project, [NARROW, WIDE])
    return Drawings(*drawn) if drawn else None
