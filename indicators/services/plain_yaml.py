"""YAML as files of sources and contracts are written: its dates stay text, as the schemas want."""

import yaml

DEEPEST = 40


class PlainLoader(yaml.SafeLoader):
    """YAML whose dates stay text."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in pairs if tag != "tag:yaml.org,2002:timestamp"]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class NotYamlError(ValueError):
    """The text is no YAML that can be read; the message names the place."""


def plain_yaml(body: bytes) -> object:
    """The document of a file that somebody sent. Raises NotYamlError."""
    try:
        text = body.decode("utf-8-sig")
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):  # a few lines of them could fill the memory
                raise NotYamlError("aliases (*name) are not read")
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:  # the deeper, the slower: minutes for a few thousand brackets
                raise NotYamlError(f"more than {DEEPEST} levels")
        return yaml.load(text, Loader=PlainLoader)  # noqa: S506 - a SafeLoader
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise NotYamlError(" ".join(str(error).split())[:300]) from error
