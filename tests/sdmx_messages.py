"""Small SDMX 2.1 messages, written after the standard."""

NAMES = (
    'xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message" '
    'xmlns:f="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message/footer" '
    'xmlns:g="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic" '
    'xmlns:s="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/structurespecific" '
    'xmlns:t="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/structure" '
    'xmlns:c="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
HEADER = (
    "<m:Header><m:ID>x</m:ID><m:Test>false</m:Test><m:Prepared>2024-01-02T03:04:05</m:Prepared>"
    '<m:Sender id="ESTAT"/>{structure}</m:Header>'
)
STRUCTURE = (
    '<m:Structure {space}structureID="S" dimensionAtObservation="TIME_PERIOD"><c:Structure>'
    '<Ref agencyID="ESTAT" id="S" version="1.0"/></c:Structure></m:Structure>'
)
TOO_BIG = (
    '<f:Footer><f:Message code="413" severity="Information">'
    '<c:Text xml:lang="en">EXTRACTION_TOO_BIG: The requested extraction is too big</c:Text>'
    "</f:Message></f:Footer>"
)


def generic(series: str = "", footer: str = "") -> bytes:
    header = HEADER.format(structure=STRUCTURE.format(space=""))
    return (
        f'<?xml version="1.0"?><m:GenericData {NAMES}>{header}'
        f'<m:DataSet structureRef="S">{series}</m:DataSet>{footer}</m:GenericData>'
    ).encode()


def one_series(geo: str, *observations: str) -> str:
    key = f'<g:SeriesKey><g:Value id="GEO" value="{geo}"/></g:SeriesKey>'
    unit = '<g:Attributes><g:Value id="UNIT" value="PC"/></g:Attributes>'
    return f"<g:Series>{key}{unit}{''.join(observations)}</g:Series>"


def observation(period: str, value: str | None, status: str = "") -> str:
    told = "" if value is None else f'<g:ObsValue value="{value}"/>'
    flag = f'<g:Attributes><g:Value id="OBS_STATUS" value="{status}"/></g:Attributes>'
    return f'<g:Obs><g:ObsDimension value="{period}"/>{told}{flag if status else ""}</g:Obs>'


def specific(series: str) -> bytes:
    space = "urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=ESTAT:S(1.0)"
    header = HEADER.format(structure=STRUCTURE.format(space=f'namespace="{space}" '))
    return (
        f'<?xml version="1.0"?><m:StructureSpecificData xmlns:n="{space}:ObsLevelDim:TIME_PERIOD" '
        f'{NAMES}>{header}<m:DataSet s:structureRef="S" xsi:type="n:DataSetType">{series}'
        "</m:DataSet></m:StructureSpecificData>"
    ).encode()


def error(code: str, words: str) -> bytes:
    return (
        f'<?xml version="1.0"?><m:Error {NAMES}><m:ErrorMessage code="{code}">'
        f"<c:Text>{words}</c:Text></m:ErrorMessage></m:Error>"
    ).encode()


def dataflow(identifier: str, names: dict[str, str], updated: str = "") -> bytes:
    told = "".join(f'<c:Name xml:lang="{code}">{name}</c:Name>' for code, name in names.items())
    note = (
        f"<c:Annotations><c:Annotation><c:AnnotationTitle>{updated}</c:AnnotationTitle>"
        "<c:AnnotationType>UPDATE_DATA</c:AnnotationType></c:Annotation></c:Annotations>"
    )
    header = HEADER.format(structure="")
    return (
        f'<?xml version="1.0"?><m:Structure {NAMES}>{header}<m:Structures><t:Dataflows>'
        f'<t:Dataflow id="{identifier}" agencyID="ESTAT" version="1.0">{note if updated else ""}'
        f"{told}</t:Dataflow></t:Dataflows></m:Structures></m:Structure>"
    ).encode()
