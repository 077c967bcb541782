"""OGC API – Features (OGC 17-069r4), as pygeoapi, ldproxy, GeoServer and others serve it."""

from indicators.connectors.ogc_features.client import connect

__all__ = ["connect"]
