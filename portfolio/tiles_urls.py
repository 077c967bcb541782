"""The addresses under `/tuiles/`."""

from django.urls import path

from portfolio import tiles

urlpatterns = [path("<slug:layer>/<int:z>/<int:x>/<int:y>.pbf", tiles.tile, name="tile")]
