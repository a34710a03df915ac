"""Reads a folder of evidence with DuckDB and with PyArrow, unaided, and prints what each finds.

It is given the folder, and answers with one JSON object: for each engine its types, its counts and its sums, all in the
words of `countersign query`. It knows the layout that docs/evidence.md describes and nothing else of the product."""

import glob
import json
import sys

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

folder = sys.argv[1]
decisions = folder + "/dt=*/decisions-*.parquet"
completions = folder + "/dt=*/completions-*.parquet"


def of_duckdb():
    words = {
        "VARCHAR": "text",
        "BOOLEAN": "boolean",
        "UBIGINT": "uint64",
        "BIGINT": "int64",
        "TIMESTAMP WITH TIME ZONE": "timestamp",
        "VARCHAR[]": "list<text>",
        "MAP(VARCHAR, VARCHAR)": "map<text, text>",
    }
    db = duckdb.connect()
    source = f"read_parquet('{decisions}', hive_partitioning = false)"
    types = db.execute(f"describe select * from {source}").fetchall()
    joined = f"""{source} d left join read_parquet('{completions}', hive_partitioning = false) c on c.id = d.id"""
    sums = db.execute(
        f"""select count(*), count(distinct d.id), count(*) filter (where d.effect = 'deny'),
        sum(d.latency_micros), count(coalesce(d.completed_at, c.completed_at)),
        sum(coalesce(d.bytes_out, c.bytes_out)), epoch_us(min(d.at)), epoch_us(max(d.at)), sum(len(d.reasons))
        from {joined}"""
    ).fetchone()
    groups = db.execute(
        f"select application, effect, count(*) from {source} group by all order by all"
    ).fetchall()
    return {
        "types": {name: words.get(kind, kind) for name, kind, *_ in types},
        "sums": [int(value) for value in sums],
        "groups": [list(group) for group in groups],
    }


def of_pyarrow():
    words = {
        "string": "text",
        "bool": "boolean",
        "timestamp[us, tz=UTC]": "timestamp",
        "list<element: string not null>": "list<text>",
    }

    def word(kind):
        if pa.types.is_map(kind):
            return f"map<{word(kind.key_type)}, {word(kind.item_type)}>"
        return words.get(str(kind), str(kind))

    table = ds.dataset(sorted(glob.glob(decisions)), format="parquet").to_table()
    table.validate(full=True)
    ends = ds.dataset(sorted(glob.glob(completions)), format="parquet").to_table()
    ends = ends.select(["id", "completed_at", "bytes_out"]).rename_columns(["id", "later", "more"])
    joined = table.select(["id", "completed_at", "bytes_out"]).join(ends, "id")
    ended = pc.coalesce(joined["completed_at"], joined["later"])
    bytes_out = pc.coalesce(joined["bytes_out"], joined["more"])
    micros = pc.cast(table["at"], pa.int64())
    sums = [
        table.num_rows,
        pc.count_distinct(table["id"]).as_py(),
        pc.sum(pc.equal(table["effect"], "deny")).as_py(),
        pc.sum(table["latency_micros"]).as_py(),
        len(ended) - ended.null_count,
        pc.sum(bytes_out).as_py(),
        pc.min(micros).as_py(),
        pc.max(micros).as_py(),
        pc.sum(pc.list_value_length(table["reasons"])).as_py(),
    ]
    groups = table.group_by(["application", "effect"]).aggregate([([], "count_all")]).to_pylist()
    return {
        "types": {field.name: word(field.type) for field in table.schema},
        "sums": sums,
        "groups": sorted([group["application"], group["effect"], group["count_all"]] for group in groups),
    }


print(json.dumps({"duckdb": of_duckdb(), "pyarrow": of_pyarrow()}))
