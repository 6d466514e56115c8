"""Reads an output folder as several readers do, and prints what each saw as a line: python read_output.py FOLDER FORMAT READER .."""

import glob
import json
import os
import sys
import tempfile

out, form, *readers = sys.argv[1:]
files = sorted(glob.glob(f"{out}/data/*"))
os.environ["HF_HUB_OFFLINE"] = "1"
cache = tempfile.TemporaryDirectory()


def load(*names, **options):
    import datasets

    datasets.disable_progress_bars()
    return datasets.load_dataset(*names, split="train", cache_dir=cache.name, **options)


def kind():
    return "parquet" if form == "parquet" else "json"


def plain(value):
    """What pandas has in place of null, and its lists."""
    return value.tolist() if hasattr(value, "tolist") else None


def rows(reader):
    if reader == "datasets-folder":
        return load(out).to_list()
    if reader == "datasets-streaming":
        return list(load(out, streaming=True))
    if reader == "datasets-files":
        return load(kind(), data_files=files).to_list()
    if reader == "datasets-each-file":
        loaded = [load(kind(), data_files=[file]) for file in files]
        features = {str(one.features) for one in loaded}
        assert len(features) == 1, features
        return [row for one in loaded for row in one.to_list()]
    if reader == "pyarrow":
        import pyarrow.dataset

        return pyarrow.dataset.dataset(files, format=form).to_table().to_pylist()
    if reader == "polars":
        import polars

        return polars.read_parquet(files).to_dicts()
    if reader == "duckdb":
        import duckdb

        return duckdb.sql(f"SELECT * FROM read_parquet({files!r})").to_arrow_table().to_pylist()
    if reader == "pandas":
        import pandas

        table = pandas.concat([pandas.read_parquet(file, dtype_backend="pyarrow") for file in files])
        return json.loads(json.dumps(table.to_dict(orient="records"), default=plain))
    raise ValueError(reader)


for reader in readers:
    print(json.dumps({"reader": reader, "rows": rows(reader)}))
