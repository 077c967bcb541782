import json
from datetime import UTC, datetime

import pytest

from indicators.connectors.base import (
    Answer,
    MissingCollectionError,
    NotXmlError,
    QueryRefusedError,
    TruncatedError,
    Window,
    WrongShapeError,
)
from indicators.connectors.http import Refusal
from indicators.connectors.wfs import gml, parse, service

NAMES = (
    'xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" '
    'xmlns:ows="http://www.opengis.net/ows/1.1" xmlns:fes="http://www.opengis.net/fes/2.0" '
    'xmlns:b="http://bordeaux.example" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
)
OLD_REPORT = (
    '<ServiceExceptionReport><ServiceException code="x">no</ServiceException>'
    "</ServiceExceptionReport>"
)
WINDOW = Window(datetime(2024, 3, 1, 23, tzinfo=UTC), datetime(2024, 3, 5, tzinfo=UTC))


def answer(body: str, kind: str = "text/xml") -> Answer:
    return Answer("http://service/wfs", kind, body.encode())


def collection(inside: str) -> Answer:
    return answer(f"<wfs:FeatureCollection {NAMES}>{inside}</wfs:FeatureCollection>")


def member(inside: str) -> str:
    return f'<wfs:member><b:pont gml:id="pont.7">{inside}</b:pont></wfs:member>'


def point(system: str, text: str, tag: str = "pos") -> str:
    return f'<b:place><gml:Point srsName="{system}"><gml:{tag}>{text}</gml:{tag}></gml:Point></b:place>'


def report(code: str, locator: str = "") -> str:
    return (
        f'<ows:ExceptionReport {NAMES}><ows:Exception exceptionCode="{code}" locator="{locator}">'
        "<ows:ExceptionText>what is wrong</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
    )


def test_a_feature_of_gml_is_a_row():
    when = '<b:jour gml:id="x"><gml:timePosition>2024-03-01</gml:timePosition></b:jour>'
    (row,) = parse.rows(collection(member(f"<b:nom>Pont </b:nom>{when}<b:voies>4</b:voies>")))
    assert row == {
        "id": "pont.7", "geometry": None, "nom": "Pont", "jour": "2024-03-01", "voies": "4",
    }  # fmt: skip


def test_what_a_feature_leaves_out_is_null_if_the_schema_has_it():
    one = member('<b:nom/><b:voies xsi:nil="true">9</b:voies>')
    (row,) = parse.rows(collection(one), ("nom", "voies", "jour"))
    assert (row["nom"], row["voies"], row["jour"]) == (None, None, None)
    assert "jour" not in parse.rows(collection(one))[0]


def test_a_property_named_id_wins_over_that_of_gml():
    assert parse.rows(collection(member("<b:id>7</b:id>")))[0]["id"] == "7"


@pytest.mark.parametrize(
    ("system", "text", "expected"),
    [
        ("urn:ogc:def:crs:EPSG::4326", "44.8 -0.5", [-0.5, 44.8]),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", "44.8 -0.5", [-0.5, 44.8]),
        ("EPSG:4326", "-0.5 44.8", [-0.5, 44.8]),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "-0.5 44.8", [-0.5, 44.8]),
        ("urn:ogc:def:crs:EPSG::2154", "417000 6421000", None),
        ("urn:ogc:def:crs:EPSG::4326", "", None),
        ("urn:ogc:def:crs:EPSG::4326", "north west", None),
    ],
)
def test_a_point_is_longitude_then_latitude_whatever_the_system(system, text, expected):
    (row,) = parse.rows(collection(member(point(system, text))))
    assert row["geometry"] == row["place"] == expected


def test_points_of_older_gml_are_read():
    (row,) = parse.rows(collection(member(point("EPSG:4326", "-0.5,44.8", "coordinates"))))
    assert row["geometry"] == [-0.5, 44.8]


def surface(system: str, inside: str) -> str:
    return f'<b:place><gml:MultiSurface srsName="{system}">{inside}</gml:MultiSurface></b:place>'


def ring(name: str, text: str, more: str = "") -> str:
    places = f"<gml:LinearRing><gml:posList{more}>{text}</gml:posList></gml:LinearRing>"
    return f"<gml:{name}>{places}</gml:{name}>"


def patch(*rings: str) -> str:
    return f"<gml:surfaceMember><gml:Polygon>{''.join(rings)}</gml:Polygon></gml:surfaceMember>"


OUTER = [[0, 44], [9, 44], [9, 48], [0, 44]]


@pytest.mark.parametrize(
    ("system", "text", "more"),
    [
        ("urn:ogc:def:crs:EPSG::4326", "44 0 44 9 48 9 44 0", ""),
        ("EPSG:4326", "0 44 9 44 9 48 0 44", ""),
        ("EPSG:4326", "0 44 5 9 44 5 9 48 5 0 44 5", ' srsDimension="3"'),
    ],
)
def test_polygons_are_read_in_longitude_and_latitude_with_their_holes(system, text, more):
    hole = ring("interior", text, more)
    one = surface(
        system, patch(ring("exterior", text, more), hole) + patch(ring("exterior", text, more))
    )
    (row,) = parse.rows(collection(member(one)))
    assert row["geometry"] == row["place"] == {
        "type": "MultiPolygon", "coordinates": [[OUTER, OUTER], [OUTER]],
    }  # fmt: skip


def test_polygons_of_older_gml_are_read():
    border = (
        "<gml:LinearRing><gml:coordinates>0,44 9,44 9,48 0,44</gml:coordinates></gml:LinearRing>"
    )
    one = (
        '<b:place><gml:Polygon srsName="EPSG:4326"><gml:outerBoundaryIs>'
        f"{border}</gml:outerBoundaryIs></gml:Polygon></b:place>"
    )
    (row,) = parse.rows(collection(member(one)))
    assert row["geometry"] == {"type": "MultiPolygon", "coordinates": [[OUTER]]}


@pytest.mark.parametrize(
    "inside",
    [
        patch(ring("exterior", "0 44 9 44 9")),
        patch(ring("exterior", "0 44 9 44")),
        patch(ring("exterior", "a b c d e f g h")),
        patch(),
        patch("<gml:exterior><gml:Ring/></gml:exterior>"),
        patch(ring("exterior", "0 44 9 44 9 48 0 44", ' srsDimension="1"')),
        "",
    ],
)
def test_a_polygon_that_cannot_be_read_is_null(inside):
    (row,) = parse.rows(collection(member(surface("EPSG:4326", inside))))
    assert row["geometry"] is None


def test_a_polygon_that_is_not_in_degrees_is_null():
    text = ring("exterior", "400000 6400000 400001 6400000 400001 6400001 400000 6400000")
    (row,) = parse.rows(collection(member(surface("EPSG:2154", patch(text)))))
    assert row["geometry"] is None


def test_several_features_in_one_member_and_none():
    two = '<wfs:member><b:p gml:id="1"/><b:p gml:id="2"/></wfs:member>'
    assert [row["id"] for row in parse.rows(collection(two))] == ["1", "2"]
    assert parse.rows(collection("")) == ()


def test_the_format_is_told_by_how_the_answer_begins():
    feature = {"type": "Feature", "properties": {"id": 1}, "geometry": None}
    body = json.dumps({"type": "FeatureCollection", "features": [feature]})
    assert parse.rows(answer(body), ("jour",)) == ({"id": 1, "geometry": None, "jour": None},)


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        (report("InvalidParameterValue", "typeName"), MissingCollectionError, "what is wrong"),
        (report("InvalidParameterValue", "wfs:typeNames"), MissingCollectionError, "typeNames"),
        (report("InvalidParameterValue", "sortby"), QueryRefusedError, "sortby"),
        (report("NoApplicableCode"), QueryRefusedError, "NoApplicableCode : what"),
        (OLD_REPORT, QueryRefusedError, "x : no"),
        ("<HTML>\n<HEAD><TITLE>MapServer Message</TITLE></HEAD>", NotXmlError, "MapServer"),
        ("msLoadMap(): error", NotXmlError, "msLoadMap"),
        ("", NotXmlError, "text/xml|no element"),
        ("<feed/>", WrongShapeError, "feed instead of features"),
        (f"<wfs:FeatureCollection {NAMES}><wfs:member>", TruncatedError, "no element"),
    ],
)  # fmt: skip
def test_a_fault_is_named(body, error, words):
    with pytest.raises(error, match=words):
        parse.rows(answer(body))


def test_a_server_that_gave_up_in_the_middle_says_so():
    inside = f"{member('<b:nom>a</b:nom>')}<wfs:truncatedResponse/>"
    with pytest.raises(TruncatedError, match="gave up"):
        parse.rows(collection(inside))


def test_entities_are_refused():
    body = f'<!DOCTYPE a [<!ENTITY b "bbb">]><wfs:FeatureCollection {NAMES}/>'
    with pytest.raises(NotXmlError):
        parse.rows(answer(body))


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, report("InvalidParameterValue", "typename"), MissingCollectionError),
        (403, report("OperationProcessingFailed"), QueryRefusedError),
        (400, "oops", type(None)),
        (404, "<html/>", type(None)),
        (503, report("NoApplicableCode"), type(None)),
        (429, report("NoApplicableCode"), type(None)),
    ],
)
def test_a_refusal_is_named_by_its_report_unless_it_passes(status, body, kind):
    assert type(parse.refused(Refusal("http://service", status, {}, body.encode()))) is kind


def schema(inside: str) -> Answer:
    return answer(f"<xs:schema {NAMES}><xs:sequence>{inside}</xs:sequence></xs:schema>")


def test_a_schema_gives_fields_and_types():
    inside = '<xs:element name="nom" type="xs:string"/><xs:element ref="gml:name"/><xs:any/>'
    assert gml.field_types(schema(inside)) == {"nom": "string", "name": ""}
    geometry = '<xs:element name="place" type="gml:PointPropertyType"/>'
    assert parse.fields(schema(inside + geometry)) == ("nom", "name")
    assert parse.is_schema(schema(inside))
    assert not parse.is_schema(collection(""))
    with pytest.raises(WrongShapeError):
        gml.field_types(collection(""))


def capabilities(formats: tuple[str, ...] = (), **constraints: str) -> Answer:
    values = "".join(f"<ows:Value>{one}</ows:Value>" for one in formats)
    told = "".join(
        f'<ows:Constraint name="{name}"><ows:NoValues/><ows:DefaultValue>{value}'
        "</ows:DefaultValue></ows:Constraint>"
        for name, value in constraints.items()
    )
    return answer(
        f"<wfs:WFS_Capabilities {NAMES}><ows:AccessConstraints>LO 2.0</ows:AccessConstraints>"
        f'<ows:Operation name="GetFeature"><ows:Parameter>{values}</ows:Parameter></ows:Operation>'
        f"{told}<wfs:FeatureType><wfs:Name>b:pont</wfs:Name><wfs:Title>Ponts</wfs:Title>"
        "<wfs:DefaultCRS>urn:ogc:def:crs:EPSG::2154</wfs:DefaultCRS>"
        "<wfs:OtherCRS>urn:ogc:def:crs:EPSG::4326</wfs:OtherCRS></wfs:FeatureType>"
        '<fes:TemporalOperator name="During"/></wfs:WFS_Capabilities>'
    )


def test_capabilities_say_what_can_be_asked():
    formats = ("text/xml; subtype=gml/3.2.1", "application/json; subtype=geojson")
    told = service.service(capabilities(formats, ImplementsResultPaging="TRUE", CountDefault="40"))
    assert told.json == "application/json; subtype=geojson"
    assert (told.pages, told.during, told.count_default, told.licence) == (True, True, 40, "LO 2.0")
    assert told.title("b:pont") == told.title("pont") == "Ponts"
    assert told.has_degrees("b:pont")


def test_capabilities_that_promise_less():
    told = service.service(capabilities(("GML3", "application/gml+xml"), CountDefault="many"))
    assert (told.json, told.pages, told.count_default) == ("", False, 0)
    with pytest.raises(MissingCollectionError, match="b:pont"):
        told.title("b:ponts")


@pytest.mark.parametrize(
    ("told", "error"),
    [(report("NoApplicableCode"), QueryRefusedError), ("<WMS_Capabilities/>", WrongShapeError)],
)
def test_capabilities_of_another_service_are_named(told, error):
    with pytest.raises(error):
        service.service(answer(told))


def test_a_window_is_asked_for_by_days_one_more_at_either_end():
    during = service.time_filter("jour", WINDOW, with_during=True)
    assert ">2024-02-29</gml:beginPosition>" in during
    assert ">2024-03-06</gml:endPosition>" in during
    between = service.time_filter("a<b", WINDOW, with_during=False)
    assert "PropertyIsBetween" in between
    assert "a&lt;b" in between
    assert "<fes:LowerBoundary><fes:Literal>2024-02-29<" in between
