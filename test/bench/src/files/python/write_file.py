"""Writes a corpus of pairs, from a seed: python write_file.py KIND MEGABYTES PATH. Prints how many records and characters it has."""

import json
import sys

import numpy
import pyarrow
import pyarrow.parquet

kind, megabytes, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
wanted = megabytes * 1_000_000
draw = numpy.random.default_rng(1)
# Words of 2 to 10 letters, the short ones more often: compressed, they take about a third.
letters = numpy.array(list("etaoinshrdlucmfwypvbgkqjxz"))
words = numpy.array(["".join(draw.choice(letters, size=2 + min(8, draw.poisson(3)))) for _ in range(5000)])
batch = 10_000


def texts(mean):
    lengths = draw.integers(mean // 2, mean * 3 // 2, size=batch)
    drawn = words[draw.integers(0, len(words), size=int(lengths.sum()))].tolist()
    ends = numpy.cumsum(lengths).tolist()
    return [" ".join(drawn[end - length : end]) for end, length in zip(ends, lengths.tolist())]


def batches(file):
    first = 0
    while file.tell() < wanted:
        ids = [f"bench-{first + at}" for at in range(batch)]
        yield {"id": ids, "prompt": texts(80), "response_a": texts(220), "response_b": texts(220)}
        first += batch


records = characters = 0


def counted(columns):
    global records, characters
    records += len(columns["id"])
    characters += sum(len(text) for column in columns.values() for text in column)
    return columns


if kind == "parquet":
    with open(path, "wb") as file:
        writer = None
        for columns in batches(file):
            table = pyarrow.table(counted(columns))
            writer = writer or pyarrow.parquet.ParquetWriter(file, table.schema, compression="zstd")
            writer.write_table(table)
        writer.close()
elif kind == "lines":
    with open(path, "wb") as file, pyarrow.CompressedOutputStream(file, "zstd") as out:
        for columns in batches(file):
            rows = zip(*counted(columns).values())
            out.write("".join(json.dumps(dict(zip(columns, row))) + "\n" for row in rows).encode())
else:
    long = " ".join(words[draw.integers(0, len(words), size=wanted // 6)].tolist())
    half = wanted // 2
    columns = {"id": ["long"], "prompt": ["Which one?"], "response_a": [long[:half]], "response_b": [long[half:wanted]]}
    with open(path, "w") as file:
        file.write(json.dumps({name: values[0] for name, values in counted(columns).items()}) + "\n")

print(json.dumps({"records": records, "characters": characters}))
