"""Reads all values of a corpus: python read_file.py READER KIND PATH. Prints what it found, and what it took."""

import json
import resource
import sys
import time

reader, kind, path = sys.argv[1:]
columns = ["id", "prompt", "response_a", "response_b"]


def pyarrow_parquet():
    import pyarrow.compute as compute
    import pyarrow.parquet

    records = characters = 0
    for batch in pyarrow.parquet.ParquetFile(path).iter_batches(batch_size=1000):
        records += len(batch)
        characters += sum(compute.sum(compute.utf8_length(batch[name])).as_py() for name in columns)
    return records, characters


def duckdb():
    import duckdb

    typed = f"columns={{{', '.join(f'{name}: VARCHAR' for name in columns)}}}"
    source = {
        "parquet": f"read_parquet('{path}')",
        "lines": f"read_ndjson('{path}', {typed})",
        "long": f"read_ndjson('{path}', {typed}, maximum_object_size=200000000)",
    }[kind]
    lengths = " + ".join(f"length({name})" for name in columns)
    return duckdb.sql(f"SELECT count(*), sum({lengths}) FROM {source}").fetchall()[0]


started = time.monotonic()
records, characters = {"pyarrow": pyarrow_parquet, "DuckDB": duckdb}[reader]()
seconds = time.monotonic() - started
used = resource.getrusage(resource.RUSAGE_SELF)
figures = {"seconds": seconds, "cpuSeconds": used.ru_utime + used.ru_stime, "peakBytes": used.ru_maxrss * 1024}
print(json.dumps({"records": int(records), "characters": int(characters), **figures}))
