"""Names that catalogues share: authority tables of the European Union, SPDX licences."""

import re

AUTHORITY = "http://publications.europa.eu/resource/authority"
FREQUENCIES = {
    "DAY": f"{AUTHORITY}/frequency/DAILY",
    "MONTH": f"{AUTHORITY}/frequency/MONTHLY",
    "QUARTER": f"{AUTHORITY}/frequency/QUARTERLY",
    "YEAR": f"{AUTHORITY}/frequency/ANNUAL",
}
LANGUAGES = {"fr": f"{AUTHORITY}/language/FRA", "en": f"{AUTHORITY}/language/ENG"}
FILE_TYPES = {"json": f"{AUTHORITY}/file-type/JSON", "csv": f"{AUTHORITY}/file-type/CSV"}
MEDIA_TYPES = {
    "json": "http://www.iana.org/assignments/media-types/application/json",
    "csv": "http://www.iana.org/assignments/media-types/text/csv",
}
REGIONS_AND_CITIES = f"{AUTHORITY}/data-theme/REGI"
THEMES = f"{AUTHORITY}/data-theme"
PUBLIC = f"{AUTHORITY}/access-right/PUBLIC"
_LICENCES = {
    r"(licence ouverte|open licence|etalab|lo).*2(\.0)?": "https://spdx.org/licenses/etalab-2.0",
    r"(licence ouverte|open licence|etalab|lo).*1(\.0)?": "https://spdx.org/licenses/etalab-1.0",
    r"(odbl|open database license).*": "https://spdx.org/licenses/ODbL-1.0",
    r"cc[- ]?by[- ]?4(\.0)?": "https://creativecommons.org/licenses/by/4.0/",
    r"cc[- ]?by[- ]sa[- ]?4(\.0)?": "https://creativecommons.org/licenses/by-sa/4.0/",
    r"cc[- ]?0.*": "https://creativecommons.org/publicdomain/zero/1.0/",
}


def licence_uri(name: str) -> str:
    """The address that names a licence; empty where this name is not a known one."""
    text = name.strip().lower()
    if text.startswith(("http://", "https://")):
        return name.strip()
    return next((uri for form, uri in _LICENCES.items() if re.fullmatch(form, text)), "")
