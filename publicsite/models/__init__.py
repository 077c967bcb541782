"""The public site's pages."""

from publicsite.models.home import HomePage
from publicsite.models.projects import ProjectsPage, ProjectStoryPage
from publicsite.models.text import TextPage

__all__ = ["HomePage", "ProjectStoryPage", "ProjectsPage", "TextPage"]
