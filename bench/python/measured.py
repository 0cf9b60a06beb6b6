"""What one run of a writer cost, printed as the other writers print it (src/measured.ts)."""

import json
import resource
import time


def measured(work):
    before = resource.getrusage(resource.RUSAGE_SELF)
    start = time.perf_counter()
    rows = work()
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    print(json.dumps({"rows": rows, "seconds": seconds, "cpuSeconds": cpu, "peakMebibytes": after.ru_maxrss / 1024}))
