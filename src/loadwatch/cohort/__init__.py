"""Many runners: the same stages on Dask distributed. Nothing of the single runner's way imports this.

Each folder or archive directly under ROOT is a runner. What came of them lies in DEST, on a disk or any
storage that fsspec knows:

    study.json                       what holds for all: the as-of day, pinned settings, version of the code
    runs/runner=NAME/data.parquet    the public tables, likewise days, weeks, flags and skipped: datasets in
                                     Hive's layout, with the same schema for every runner
    exposure/, replay/               of the same layout, for studies: sessions as time at risk, raises by rule
    kept/NAME/*.readings             what the runner's files came to, by batch of files; saves time, no more
    state/NAME.json                  the runner in one row, and what it was made from; written last
    last_run.json                    what the last complete run came to, and runners gone from ROOT
    .part/                           files being written on a local disk, moved into place when whole

NAME is the folder's or archive's name as `naming.quoted` writes it. Every object is written whole or not at
all, the state after everything it tells of: whoever is ended in the middle leaves the runner to be told anew.
Two runs at once write the same content under the same names.

    storage → naming, tables → states → material → kept → stages → coordinator → status

- `storage.py` reads and writes objects by name; `naming.py` lists ROOT; `tables.py` makes Parquet.
- `states.py` has what is kept in JSON: the study and each runner's row.
- `material.py` lists one runner's files, and mirrors what lies on an object store into a temporary folder.
- `kept.py` holds the readings of a runner's files.
- `facts.py` and `walked.py` reduce a runner to what is told of all: the reported week, and the replay;
  `coach.py` and `walked.Rates` sum that up, row by row, in little memory.
- `stages.py` is what workers do: visit a runner, read a batch of a large one's files.
- `coordinator.py` hands out the work, a few runners ahead, and holds no more than their rows.
"""

from __future__ import annotations
