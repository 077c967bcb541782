"""A lookup for lists of ids: `pk__among=ids`, `project__among=ids`."""

from typing import TYPE_CHECKING, Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignObject, Lookup
from django.db.models.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    AnyLookup = Lookup[Any]
else:
    AnyLookup = Lookup  # generic for the type checker alone


@Field.register_lookup
@ForeignObject.register_lookup
class Among(AnyLookup):
    """The ids go as one array, however many they are; with `__in` each of them is a parameter that
    Django and the server read for itself. An empty list finds nothing."""

    lookup_name = "among"

    def get_prep_lookup(self) -> list[int]:
        return [int(pk) for pk in self.rhs]

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", (*params, self.rhs)
