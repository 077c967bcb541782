"""Exercises of prioritisation over HTTP, for reading: criteria, scores and ranking of one of them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from portfolio.api.parameters import StrictParameters
from portfolio.models import Criterion, Exercise, Score
from portfolio.queries.prioritisation import Board, board_of
from portfolio.queries.ranked import Ranked, Ranking
from portfolio.queries.ranking import ranking_of
from portfolio.results import Unknown


class CriterionSerializer(serializers.ModelSerializer[Criterion]):
    """A group, or what candidates are scored on. `points` and `levels` are its value function, from 0
    (worst) to 100 (best); `fact` or `indicator_code`: what it is measured by."""

    group = serializers.IntegerField(source="parent_id", allow_null=True)
    points = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))
    levels = serializers.ListField(child=serializers.DictField())

    class Meta:
        model = Criterion
        fields = ("id", "group", "name_fr", "name_en", "description_fr", "description_en", "kind",
                  "direction", "unit_fr", "unit_en", "points", "levels", "fact",
                  "indicator_code", "indifference", "strict")  # fmt: skip


class ScoreSerializer(serializers.Serializer[Any]):
    """The version that counts now. All three null: not known, and `justification` says why; it is
    never zero. `value`: of 0..100."""

    project = serializers.CharField()
    criterion = serializers.IntegerField(source="criterion_id")
    low = serializers.FloatField(allow_null=True)
    central = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    value = serializers.FloatField(allow_null=True)
    version = serializers.IntegerField()
    source = serializers.ChoiceField(Score.Source.choices)  # type: ignore[assignment]  # its own name
    justification = serializers.CharField()
    scored_at = serializers.DateTimeField()


class PartSerializer(serializers.Serializer[Any]):
    """What a criterion adds to the value, of at most `most`; null: its score is not known."""

    criterion = serializers.IntegerField(source="criterion.pk")
    points = serializers.FloatField(allow_null=True)
    most = serializers.FloatField()


class RankedSerializer(serializers.Serializer[Ranked]):
    """`value` is null where a score is missing; it lies between `low` and `high`, and the rank between
    `best` and `worst`. `first`, `within`: shares of the plausible weightings in which the project is
    first, and is retained. `standing`: CORE, BORDERLINE, OUT, empty where nobody said how many are."""

    project = serializers.CharField(source="candidate.project.code")
    rank = serializers.IntegerField()
    value = serializers.FloatField(source="central", allow_null=True)
    low = serializers.FloatField()
    high = serializers.FloatField()
    missing = serializers.IntegerField()
    best = serializers.IntegerField()
    worst = serializers.IntegerField()
    first = serializers.FloatField()
    within = serializers.FloatField(allow_null=True)
    standing = serializers.CharField(allow_blank=True)
    closeness = serializers.FloatField(allow_null=True)
    net_flow = serializers.FloatField(source="net", allow_null=True)
    parts = PartSerializer(many=True)


class RankingSerializer(serializers.Serializer[Ranking]):
    """`weights_of`: GROUP (all members, once revealed), OWN (the caller's), EQUAL (nobody's).
    `candidates` counts those that the caller may not see, too."""

    weights_of = serializers.CharField(source="weighting.kind")
    weights = serializers.SerializerMethodField()
    candidates = serializers.IntegerField()
    whole = serializers.IntegerField()
    rows = RankedSerializer(many=True)

    @extend_schema_field(serializers.DictField(child=serializers.FloatField()))
    def get_weights(self, ranking: Ranking) -> dict[str, float]:
        return {str(criterion.pk): share for criterion, share in ranking.weights}


class ExerciseSerializer(serializers.ModelSerializer[Exercise]):
    """An exercise that is open or closed; `retained`: how many projects there is room for."""

    class Meta:
        model = Exercise
        fields = ("id", "name_fr", "name_en", "purpose_fr", "purpose_en", "reference_fr",
                  "reference_en", "state", "retained", "draws", "seed", "opened_at", "closed_at",
                  "weights_revealed_at")  # fmt: skip


class ExerciseDetailSerializer(ExerciseSerializer):
    """The same with its criteria, the scores of the projects that the caller may see, and the ranking
    (null: nothing is scored)."""

    criteria = serializers.SerializerMethodField()
    scores = serializers.SerializerMethodField()
    ranking = serializers.SerializerMethodField()

    class Meta(ExerciseSerializer.Meta):
        fields = (*ExerciseSerializer.Meta.fields, "criteria", "scores", "ranking")  # type: ignore[assignment]  # longer

    @extend_schema_field(CriterionSerializer(many=True))
    def get_criteria(self, exercise: Exercise) -> Any:
        found = exercise.criteria.order_by("position", "pk")
        return CriterionSerializer(found, many=True).data

    @extend_schema_field(ScoreSerializer(many=True))
    def get_scores(self, exercise: Exercise) -> Any:
        board = board_of(exercise, self.context["request"].user)
        return ScoreSerializer(_scores(board), many=True).data

    @extend_schema_field(RankingSerializer(allow_null=True))
    def get_ranking(self, exercise: Exercise) -> Any:
        told = ranking_of(exercise, self.context["request"].user)
        return None if isinstance(told, Unknown) else RankingSerializer(told).data


def _scores(board: Board) -> list[dict[str, Any]]:
    names = ("criterion_id", "low", "central", "high", "version", "source", "justification",
             "scored_at")  # fmt: skip
    return [
        {"project": row.candidate.project.code, "value": cell.value}
        | {name: getattr(cell.score, name) for name in names}
        for row in board.rows
        for cell in row.cells
        if cell.score is not None
    ]


@extend_schema_view(
    list=extend_schema(summary="Exercises of prioritisation", tags=["projects"]),
    retrieve=extend_schema(summary="One exercise: criteria, scores and ranking", tags=["projects"]),
)
class ExerciseViewSet(StrictParameters, ReadOnlyModelViewSet[Exercise]):
    """Those that the caller may read; without an account, none."""

    queryset = Exercise.objects.none()
    serializer_class = ExerciseSerializer
    lookup_value_regex = "[0-9]+"

    def get_serializer_class(self) -> type[ExerciseSerializer]:
        return ExerciseDetailSerializer if self.action == "retrieve" else ExerciseSerializer

    def get_queryset(self) -> QuerySet[Exercise]:
        return Exercise.objects.visible_to(self.request.user).order_by("pk")
