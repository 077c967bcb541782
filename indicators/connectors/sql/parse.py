"""From the kept answer, an Arrow stream, to rows."""

from collections.abc import Iterator

import pyarrow as pa

from indicators.connectors.base import Answer, TruncatedError, WrongShapeError


def batches(answer: Answer) -> Iterator[pa.RecordBatch]:
    """Raises TruncatedError, WrongShapeError."""
    with answer.open() as file:
        try:
            reader = pa.ipc.open_stream(file)
        except (pa.ArrowException, OSError) as error:
            raise WrongShapeError(f"{answer.url}: no Arrow stream: {error}") from error
        try:
            yield from reader
        except (pa.ArrowException, OSError) as error:
            raise TruncatedError(f"{answer.url}: {error}") from error
