"""Python's csv module: the rows of our CSV files, read and written."""

import csv
import os
import sys

from measured import measured

TABLES = ("detections", "metric_nodes", "audio_scores")


def work():
    run, out = sys.argv[1], sys.argv[2]
    rows = 0
    for table in TABLES:
        with (
            open(os.path.join(run, table + ".csv"), newline="", encoding="utf-8") as source,
            open(os.path.join(out, "python-" + table + ".csv"), "w", newline="", encoding="utf-8") as target,
        ):
            writer = csv.writer(target)
            for row in csv.reader(source):
                writer.writerow(row)
                rows += 1
            rows -= 1
    return rows


csv.field_size_limit(1 << 30)
measured(work)
