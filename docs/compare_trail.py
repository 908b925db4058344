#!/usr/bin/env python3
"""What it costs other tools to read a CloudTrail archive: CPU seconds and peak memory.

Every tool does the same job over a folder that `cargo xtask gen-trail` made, with one thread:

- group the records by role, event source and event name, with their number and the first and last time;
  the role is the ARN of the session's issuer, else the ARN of the identity, else nothing;
- count the records whose error code contains AccessDenied;
- list what root did.

The script checks that all come to the same figures. It needs Python 3.10, zcat, jq and awk, and from PyPI:

    pip install duckdb chdb orjson

    python docs/compare_trail.py FOLDER
    python docs/compare_trail.py FOLDER --only chdb,duckdb --runs 3
    python docs/compare_trail.py FOLDER --iam-audit "target/release/iam-audit ..." --decompress "..."

A command given by --iam-audit or --decompress gets the folder in place of `{folder}`, or at its end. If the last line that
it prints is a JSON object, the figures in it are compared as well: records, groups, denied, root, first, last.

The rate does not count the time to start. Peak memory of a pipeline is that of its largest process, and no figure is below
the 20 MB or so of the Python that starts each tool.
"""

import argparse
import json
import os
import platform
import resource
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

# --- The tools. Each runs in a process of its own and returns its groups, the number of denied records and root's events.
# A group is (role, source, name, number, first, last).


def orjson_(folder):
    import gzip

    import orjson

    started()
    groups, denied, root = {}, 0, []
    for path in files(folder):
        with open(path, "rb") as file:
            records = orjson.loads(gzip.decompress(file.read()))["Records"]
        for record in records:
            identity, time = record["userIdentity"], record["eventTime"]
            role = identity.get("sessionContext", {}).get("sessionIssuer", {}).get("arn") or identity.get("arn", "")
            key = role, record["eventSource"], record["eventName"]
            group = groups.get(key)
            if group is None:
                groups[key] = [1, time, time]
            else:
                group[0] += 1
                if time < group[1]:
                    group[1] = time
                elif time > group[2]:
                    group[2] = time
            if "AccessDenied" in record.get("errorCode", ""):
                denied += 1
            if identity.get("type") == "Root":
                root.append((time, record["eventName"]))
    return [(*key, *group) for key, group in groups.items()], denied, root


def duckdb_(folder):
    import duckdb

    db = duckdb.connect(config={"threads": 1})
    db.execute("SELECT 1").fetchall()
    started()
    # A file is one line, one JSON value; this form was ten times as fast as read_json with columns.
    shape = {
        "Records": [
            {
                "userIdentity": {
                    "type": "VARCHAR",
                    "arn": "VARCHAR",
                    "sessionContext": {"sessionIssuer": {"arn": "VARCHAR"}},
                },
                "eventTime": "VARCHAR",
                "eventSource": "VARCHAR",
                "eventName": "VARCHAR",
                "errorCode": "VARCHAR",
            }
        ]
    }
    pattern = str(Path(folder, "**", "*.json.gz")).replace("'", "''")
    largest = 64 * 1024 * 1024
    db.execute(
        f"""
        CREATE TEMP VIEW records AS
        SELECT unnest(from_json(json, '{json.dumps(shape)}').Records) AS record
        FROM read_json_objects('{pattern}', format = 'newline_delimited', maximum_object_size = {largest})
        """
    )
    # One pass over the files: the groups also say who is root and what was denied.
    rows = db.execute(
        """
        SELECT coalesce(record.userIdentity.sessionContext.sessionIssuer.arn, record.userIdentity.arn, ''),
               record.eventSource, record.eventName,
               count(*), min(record.eventTime), max(record.eventTime),
               count(*) FILTER (contains(record.errorCode, 'AccessDenied')),
               list((record.eventTime, record.eventName)) FILTER (record.userIdentity.type = 'Root')
        FROM records GROUP BY ALL
        """
    ).fetchall()
    return split(rows)


def chdb_(folder):
    from chdb import session

    db = session.Session()
    db.query("SELECT 1")
    started()
    # A file is one text, of which JSONExtract takes a typed array; a bit faster than JSONEachRow with that type.
    shape = """Array(Tuple(
        userIdentity Tuple(type String, arn String, sessionContext Tuple(sessionIssuer Tuple(arn String))),
        eventTime String, eventSource String, eventName String, errorCode String))"""
    pattern = str(Path(folder, "**", "*.json.gz")).replace("'", "\\'")
    answer = db.query(
        f"""
        SELECT if(record.userIdentity.sessionContext.sessionIssuer.arn != '',
                  record.userIdentity.sessionContext.sessionIssuer.arn, record.userIdentity.arn) AS role,
               record.eventSource AS source, record.eventName AS name,
               count(), min(record.eventTime), max(record.eventTime),
               countIf(position(record.errorCode, 'AccessDenied') > 0),
               groupArrayIf((record.eventTime, record.eventName), record.userIdentity.type = 'Root')
        FROM (
            SELECT arrayJoin(JSONExtract(file, 'Records', '{shape}')) AS record
            FROM file('{pattern}', 'RawBLOB', 'file String')
        )
        GROUP BY role, source, name
        SETTINGS max_threads = 1, max_parsing_threads = 1, input_format_parallel_parsing = 0,
                 output_format_json_quote_64bit_integers = 0
        """,
        "JSONCompactEachRow",
    )
    return split(json.loads(line) for line in str(answer).splitlines())


# jq reads, awk groups: twice as fast as group_by in jq.
JQ = r"""
.Records[]
| [.userIdentity.sessionContext.sessionIssuer.arn // .userIdentity.arn // "", .eventSource, .eventName,
   .eventTime, .errorCode // "", .userIdentity.type]
| @tsv
"""
AWK = r"""
{ group = $1 FS $2 FS $3; number[group]++ }
!(group in first) || $4 < first[group] { first[group] = $4 }
$4 > last[group] { last[group] = $4 }
index($5, "AccessDenied") { denied++ }
$6 == "Root" { print "root" FS $4 FS $3 }
END {
  print "denied" FS denied + 0
  for (group in number) print "group" FS group FS number[group] FS first[group] FS last[group]
}
"""


def jq_(folder):
    command = (
        f"find {shlex.quote(folder)} -name '*.json.gz' -print0 | xargs -0 zcat"
        f" | jq -r {shlex.quote(JQ)} | awk -F '\t' {shlex.quote(AWK)}"
    )
    groups, denied, root = [], 0, []
    answer = subprocess.run(command, shell=True, check=True, stdout=subprocess.PIPE, text=True).stdout
    for line in answer.splitlines():
        kind, *cells = line.split("\t")
        if kind == "group":
            role, source, name, number, first, last = cells
            groups.append((role, source, name, int(number), first, last))
        elif kind == "denied":
            denied = int(cells[0])
        else:
            root.append(cells)
    return groups, denied, root


def zcat_(folder):
    command = f"find {shlex.quote(folder)} -name '*.json.gz' -print0 | xargs -0 zcat > /dev/null"
    subprocess.run(command, shell=True, check=True)


TOOLS = {
    "zcat": ("zcat, nothing else", zcat_),
    "orjson": ("Python: gzip and orjson", orjson_),
    "duckdb": ("DuckDB", duckdb_),
    "chdb": ("chDB", chdb_),
    "jq": ("zcat, awk and jq", jq_),
}


START = []


def started():
    """A tool says that it is ready to begin; what came before is told apart."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    START.append(usage.ru_utime + usage.ru_stime)


def files(folder):
    return sorted(str(path) for path in Path(folder).rglob("*.json.gz"))


def split(rows):
    """Rows of a database: a group, its denied records, its events of root."""
    groups, denied, root = [], 0, []
    for *group, of_these_denied, of_these_root in rows:
        groups.append(group)
        denied += of_these_denied
        root.extend(of_these_root or [])
    return groups, denied, root


def figures(groups, denied, root):
    """What all tools have to agree on."""
    return {
        "records": sum(group[3] for group in groups),
        "groups": len(groups),
        "denied": denied,
        "root": len(root),
        "first": min(group[4] for group in groups),
        "last": max(group[5] for group in groups),
    }


# --- Measuring.


def measure(command):
    """Runs a command; returns CPU seconds and peak bytes of it and its children, and its last line as JSON."""
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE if not sys.stderr.isatty() else None)
        error = child.stderr.read() if child.stderr else b""
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        lines = out.read().decode(errors="replace").splitlines()
    if child.returncode != 0:
        raise SystemExit(f"{shlex.join(command)} ended with {child.returncode}\n{error.decode(errors='replace')}")
    try:
        answer = json.loads(lines[-1])
    except (IndexError, ValueError):
        answer = None
    peak = usage.ru_maxrss * (1 if platform.system() == "Darwin" else 1024)
    return usage.ru_utime + usage.ru_stime, peak, answer if isinstance(answer, dict) else {}


def outside(command, folder):
    words = shlex.split(command)
    if any("{folder}" in word for word in words):
        return [word.replace("{folder}", folder) for word in words]
    return [*words, folder]


def version(tool):
    if tool == "jq":
        return subprocess.run(["jq", "--version"], stdout=subprocess.PIPE, text=True).stdout.strip().removeprefix("jq-")
    if tool == "zcat":
        return ""
    from importlib.metadata import version as of_package

    return of_package(tool)


def bytes_of_json(folder):
    """The sum of what gzip says at the end of each file."""
    total = 0
    for path in files(folder):
        with open(path, "rb") as file:
            file.seek(-4, os.SEEK_END)
            total += int.from_bytes(file.read(), "little")
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--only", help=f"some of {','.join(TOOLS)}")
    parser.add_argument("--runs", type=int, default=2, help="the best one counts (default 2)")
    parser.add_argument("--decompress", metavar="COMMAND", help="a program that decompresses the files and does no more")
    parser.add_argument("--iam-audit", metavar="COMMAND", help="our program")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        found = TOOLS[arguments.child][1](arguments.folder)
        if found:
            print(json.dumps(figures(*found) | {"start": START[0] if START else 0}))
        return
    if not files(arguments.folder):
        raise SystemExit(f"{arguments.folder} holds no .json.gz")

    commands = []
    if arguments.decompress:
        commands.append(("decompression, nothing else", outside(arguments.decompress, arguments.folder)))
    if arguments.iam_audit:
        commands.append(("iam-audit", outside(arguments.iam_audit, arguments.folder)))
    for tool in (arguments.only or ",".join(TOOLS)).split(","):
        if tool:
            name = f"{TOOLS[tool][0]} {version(tool)}".rstrip()
            commands.append((name, [sys.executable, __file__, arguments.folder, "--child", tool]))

    size = bytes_of_json(arguments.folder)
    print(f"{len(files(arguments.folder))} files, {size / 1e6:.0f} MB of JSON, one thread, best of {arguments.runs} runs\n")
    print("| tool | CPU seconds | of these to start | MB of JSON a second | peak memory, MB |\n|---|---:|---:|---:|---:|", flush=True)
    expected, disagree = {}, []
    for name, command in commands:
        runs = [measure(command) for _ in range(arguments.runs)]
        seconds, peak, answer = min(runs, key=lambda run: run[0])
        start = answer.get("start", 0)
        rate = size / 1e6 / max(seconds - start, 0.001)
        print(f"| {name} | {seconds:.2f} | {start:.2f} | {rate:.0f} | {peak / 1e6:.0f} |", flush=True)
        for figure, value in answer.items():
            if figure in ("records", "groups", "denied", "root", "first", "last"):
                if expected.setdefault(figure, value) != value:
                    disagree.append(f"{name}: {figure} is {value}, not {expected[figure]}")
    if expected:
        print("\nAll agree: " + ", ".join(f"{name} {value}" for name, value in expected.items()) if not disagree else "")
    if disagree:
        raise SystemExit("\n".join(disagree))


if __name__ == "__main__":
    main()
