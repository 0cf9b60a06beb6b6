/** What one run of one writer cost. Times cover the work, not the start of the process; the memory is the process's. */
export interface Measurement {
  /** Data rows of all tables together. */
  readonly rows: number;
  readonly seconds: number;
  /** User and system time of all threads. */
  readonly cpuSeconds: number;
  readonly peakMebibytes: number;
}

/** Does the work of this process, and tells the parent what it cost: one line of JSON on stdout. */
export async function measured(work: () => Promise<number>): Promise<void> {
  const before = process.resourceUsage();
  const start = performance.now();
  const rows = await work();
  const seconds = (performance.now() - start) / 1000;
  const after = process.resourceUsage();
  const microseconds = after.userCPUTime - before.userCPUTime + after.systemCPUTime - before.systemCPUTime;
  const measurement: Measurement = {
    rows,
    seconds,
    cpuSeconds: microseconds / 1e6,
    peakMebibytes: after.maxRSS / 1024,
  };
  process.stdout.write(`${JSON.stringify(measurement)}\n`);
}

/** A word of this process's command line. */
export function argument(index: number): string {
  const word = process.argv[2 + index];
  if (word === undefined) throw new Error(`argument ${index} is missing`);
  return word;
}
