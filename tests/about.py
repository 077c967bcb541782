"""What an address is about: the words of `tests/addresses.py`."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class About:
    """`kind`: project (read), change (one of the `part`s of a project), list (names the projects
    that are read), own (names those whose part is changed), sum (counts those that are read),
    matter (a `part` of the whole metropolis), programme (its texts), document (of somebody else:
    for those who read everything), job (an import of somebody else: for administrators), private
    (of somebody else: for nobody), agent (anybody with an account), open (everybody), public (the
    same for everybody: tests/test_rights.py).

    `of` is the record that the address names, one that belongs to the project of the address;
    `posts` is how it is asked for; `query` goes with it; `drafts`: whether drafts are there.
    """

    kind: str
    part: str = ""
    of: str = ""
    posts: bool = False
    query: str = ""
    drafts: bool = True

    def named(self, of: str) -> "About":
        return replace(self, of=of)


PROJECT, LIST, OWN, SUM, AGENT = (
    About("project"), About("list"), About("own", "facts"), About("sum"), About("agent")
)  # fmt: skip
OPEN, PUBLIC, DOCUMENT, FILE = About("open"), About("public"), About("document"), About("file")
PRIVATE, JOB = About("private"), About("job", of="job")


def change(part: str, of: str = "", *, posts: bool = False) -> About:
    """`part` may be several, any of which will do."""
    return About("change", part, of, posts)


def matter(part: str, of: str = "", *, posts: bool = False) -> About:
    return About("matter", part, of, posts)


def listed(query: str = "", of: str = "", *, drafts: bool = True) -> About:
    return About("list", of=of, query=query, drafts=drafts)
