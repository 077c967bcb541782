"""The projects on the public site: facts from the register, stories by the editors."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.fields import StreamField
from wagtail.models import Page

from indicators.charts.path import csv_rows
from indicators.models import Target
from indicators.queries import project_effects
from indicators.queries.evaluations import published
from indicators.queries.known import known_page
from portfolio import moments
from portfolio.models import Project
from publicsite.blocks import StoryBlock
from publicsite.exports import csv_answer, projects_csv, projects_geojson
from publicsite.models.page import PublicPage, sitemap_entries
from publicsite.queries import asked, public_projects
from publicsite.queries.facts import project_facts
from publicsite.queries.listing import chosen_projects, listing
from publicsite.queries.place import project_drawings

if TYPE_CHECKING:
    View = TypeVar("View", bound=Callable[..., HttpResponseBase])

    def path(pattern: str, name: str | None = None) -> Callable[[View], View]: ...
else:
    from wagtail.contrib.routable_page.models import path


class ProjectsPage(RoutablePageMixin, PublicPage):
    """The list of public projects; each project has its address below, whatever the editors do.

    The facts are read from the register at each visit, as somebody without an account: what an
    agent sees here is what residents see.
    """

    content_panels = [*PublicPage.content_panels]
    max_count_per_parent = 1
    parent_page_types = ["publicsite.HomePage"]
    subpage_types = ["publicsite.ProjectStoryPage"]
    template = "publicsite/pages/projects.html"

    class Meta:
        verbose_name = _("projects page")
        verbose_name_plural = _("projects pages")

    @path("")
    def list_projects(self, request: HttpRequest) -> HttpResponseBase:
        context = {"listing": listing(request.GET)}
        answer: HttpResponseBase = self.render(request, context_overrides=context)
        return answer

    # Wagtail adds the last slash of every route itself; the addresses in use have none.
    @path("projets.csv/", name="csv")
    def export_csv(self, request: HttpRequest) -> HttpResponse:
        chosen = chosen_projects(request.GET)
        return projects_csv(chosen.qs) if chosen.is_valid() else _refused(chosen.errors)

    @path("projets.geojson/", name="geojson")
    def export_geojson(self, request: HttpRequest) -> HttpResponse:
        chosen = chosen_projects(request.GET)
        return projects_geojson(chosen.qs) if chosen.is_valid() else _refused(chosen.errors)

    @path("<str:code>/", name="project")
    def project(self, request: HttpRequest, code: str) -> HttpResponseBase:
        project = _public(code)
        if project is None:
            return redirect(self._address_of_story(request, code))
        return self.render_project(request, project, self.live_story(project))

    @path("<str:code>/effets/<int:target_id>.csv/", name="effect")
    def effect_csv(self, request: HttpRequest, code: str, target_id: int) -> HttpResponse:
        project, then = _public(code), asked(request)
        if project is None:
            raise Http404
        today = then.day(timezone.localdate())
        for effect in project_effects(project, today=today, as_of=then.at):
            if effect.view.target.pk == target_id:
                name = f"{project.code}-{effect.view.indicator.code}.csv"
                return csv_answer(csv_rows(effect.view, effect.forecast), name)
        raise Http404

    @path("<str:code>/effets/<int:target_id>/", name="known")
    def effect_known(self, request: HttpRequest, code: str, target_id: int) -> HttpResponseBase:
        """What was known of a measure on another day, beside today."""
        project = _public(code)
        if project is None:
            raise Http404
        then, today = asked(request), timezone.localdate()
        # On another day, one that has been taken off since was still promised.
        kept = Q(withdrawn_at=None)
        if then.at:
            kept |= Q(withdrawn_at__gt=then.at)
        targets = Target.objects.filter(kept, project=project).select_related("indicator", "zone")
        target = get_object_or_404(targets, pk=target_id)
        found, told = known_page(target, today=today, at=then.at)
        addresses = self.project_addresses(request, project.code)
        context = {
            "project": project, "target": target, "found": found, "told": told, "asked": then,
            "back": moments.without(request.GET, request.path),
            "alternates": {
                language: f"{address}effets/{target_id}/" for language, address in addresses.items()
            },
        }  # fmt: skip
        answer: HttpResponseBase = self.render(
            request, context_overrides=context, template="publicsite/pages/effect.html"
        )
        return answer

    def render_project(
        self, request: HttpRequest, project: Project, story: "ProjectStoryPage | None"
    ) -> HttpResponseBase:
        """The page of a project, with its story if there is one to show."""
        today, then = timezone.localdate(), asked(request)
        facts = project_facts(project, today=today)
        context = {
            "facts": facts,
            "project": project,
            "story": story,
            "map": project_drawings(project),
            "effects": project_effects(project, today=then.day(today), as_of=then.at),
            "evaluations": published(project, as_of=then.at),
            "asked": then,
            "back": moments.without(request.GET, request.path),
            "alternates": self.project_addresses(request, project.code),
        }
        answer: HttpResponseBase = self.render(
            request, context_overrides=context, template="publicsite/pages/project.html"
        )
        return answer

    def project_addresses(self, request: HttpRequest, code: str) -> dict[str, str]:
        return {
            language: f"{address}{code}/" for language, address in self.addresses(request).items()
        }

    def live_story(self, project: Project) -> "ProjectStoryPage | None":
        stories = ProjectStoryPage.objects.child_of(self).live()
        story: ProjectStoryPage | None = stories.filter(project=project).first()
        return story

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        """The list, then every public project."""
        entries = super().get_sitemap_urls(request)
        if request is None:
            return entries
        lists = self.addresses(request)
        projects = public_projects().order_by("code").values_list("code", "updated_at")
        for code, updated_at in projects:
            addresses = {language: f"{address}{code}/" for language, address in lists.items()}
            entries += sitemap_entries(request, addresses, updated_at)
        return entries

    def _address_of_story(self, request: HttpRequest, slug: str) -> str:
        """The project of the story that editors filed under `slug`."""
        story = ProjectStoryPage.objects.child_of(self).live().filter(slug=slug).first()
        if story is None or _public(story.project.code) is None:
            raise Http404
        return story.get_url(request) or "/"


class StoryForm(WagtailAdminPageForm):
    """Offers the projects that the editor may read: the others' names are not theirs to know."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        readable = Project.objects.visible_to(self.for_user or AnonymousUser())
        self.fields["project"].queryset = readable.order_by("name_fr", "code")


class ProjectStoryPage(Page):
    """What editors add to the facts of one project; shown on the project's own page."""

    project = models.ForeignKey(
        "portfolio.Project", models.PROTECT, related_name="+", verbose_name=_("project")
    )
    body = StreamField(StoryBlock(), verbose_name=_("story"), blank=True)

    base_form_class = StoryForm
    content_panels = [*Page.content_panels, FieldPanel("project"), FieldPanel("body")]
    parent_page_types = ["publicsite.ProjectsPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("project story")
        verbose_name_plural = _("project stories")

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[Any, Any, Any] | None:
        """The address of the project: a story has none of its own."""
        parts: tuple[Any, Any, Any] | None = self.get_parent().get_url_parts(request)
        if parts is None or parts[2] is None:
            return parts
        return parts[0], parts[1], f"{parts[2]}{self.project.code}/"

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return redirect(self.get_url(request) or "/")

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponseBase:
        """The project's page as it would be with this story, for who may read the project."""
        project = get_object_or_404(Project.objects.visible_to(request.user), pk=self.project_id)
        parent: ProjectsPage = self.get_parent().specific
        return parent.render_project(request, project, self)

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        return []


def _public(code: str) -> Project | None:
    related = ("programme", "lead", "phase", "phase_set")
    return public_projects().select_related(*related).filter(code=code).first()


def _refused(errors: Any) -> HttpResponse:
    return HttpResponseBadRequest(errors.as_json(), content_type="application/json")
