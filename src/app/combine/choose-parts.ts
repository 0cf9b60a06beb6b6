import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import { type Period, unfinished } from '../../core/period.ts';
import type { ReviewsFile } from '../../core/reviews.ts';
import type { CombinedPart } from '../../core/snapshot.ts';
import { partCounts } from '../run/combined-certificate.ts';
import { mergeReviews } from '../run/reviews-file.ts';
import { openSnapshot, readSealedRun, readSealedStatistics, type SealedRun } from '../run/sealed-run.ts';
import type { PartSource } from '../../extract/snapshot/combined-archive.ts';

/** The parts of a combined run in list order, and the period that they make. */
export interface ChosenParts {
  readonly parts: readonly PartSource[];
  readonly period: Pick<Period, 'from' | 'to' | 'timezone' | 'fromMs' | 'toMs'>;
  /** The newest of the runs: its template is the default. */
  readonly newest: SealedRun;
  /** Those that the runs keep, in one file; null if they have none. */
  readonly reviews: () => Promise<ReviewsFile | null>;
  readonly close: () => Promise<void>;
}

interface Candidate {
  readonly run: SealedRun;
  readonly insteadOf: string | null;
}

const DAYS = 'Name runs whose periods follow each other, or runs of one period.';

/**
 * The runs to combine: of each, its newest amendment. They are consecutive periods of one list, or one period of several
 * teams. Throws `ConfigError` if they make no period, or do not fit together.
 */
export async function chooseParts(folders: readonly string[]): Promise<ChosenParts> {
  const named = await Promise.all(folders.map(newestAmendment));
  const runs = [...new Map(named.map((one) => [one.run.manifest.report_id, one])).values()];
  if (runs.length < 2) {
    const what = folders.length > runs.length ? 'They are one run, or amendments of one.' : 'One run is named.';
    throw new ConfigError(`${what} There is nothing to combine.`, { remedy: 'Name the folders of two runs or more.' });
  }
  checkAlike(runs.map(({ run }) => run));
  const sorted = runs.toSorted((a, b) => (a.run.period.fromMs ?? 0) - (b.run.period.fromMs ?? 0));
  const [first, last] = [sorted[0] as Candidate, sorted.at(-1) as Candidate];
  const { from, timezone, fromMs, toMs: firstToMs } = first.run.period;
  const isTeams = runs.every(({ run: { period } }) => period.fromMs === fromMs && period.toMs === firstToMs);
  if (isTeams) refuseSameSnapshot(runs);
  else checkConsecutive(sorted.map(({ run }) => run));
  const names = isTeams ? teamNames(runs) : sorted.map(({ run }) => run.period.label);
  // Sorted, so that of two reviews of one detection by one reviewer the later one counts.
  const reviews = async (): Promise<ReviewsFile | null> =>
    await mergeReviews((isTeams ? runs : sorted).map(({ run }, at) => ({ name: names[at] ?? '', run })));
  const opened: PartSource[] = [];
  const close = async (): Promise<void> => {
    for (const { snapshot } of opened) await snapshot.close();
  };
  try {
    for (const [at, one] of (isTeams ? runs : sorted).entries()) opened.push(await openPart(one, names[at] ?? ''));
    if (!isTeams) refuseUnfinished(opened);
  } catch (error) {
    await close();
    throw error;
  }
  // Rows are in the list's own order, as one reading of all the periods has them.
  const isOldestFirst = opened.some(({ snapshot }) => snapshot.record.certificate.orderObserved.endsWith(' ascending'));
  const parts = isTeams || isOldestFirst ? opened : opened.toReversed();
  const { to, toMs } = last.run.period;
  return { parts, period: { from, to, timezone, fromMs, toMs }, newest: last.run, reviews, close };
}

/** Amendments of a run are beside it, under its own name. */
async function newestAmendment(folder: string): Promise<Candidate> {
  const given = await readSealedRun(folder);
  const path = resolve(folder);
  const base = basename(path).replace(/\.amendment-\d+$/, '');
  const beside = (await readdir(dirname(path))).filter((name) => name.startsWith(`${base}.amendment-`));
  const others = await Promise.all(beside.map((name) => readSealedRun(join(dirname(path), name))));
  let newest = given;
  // No further than there are amendments: forged ones may amend each other.
  for (let left = others.length; left > 0; left--) {
    const { report_id: id } = newest.manifest;
    newest = others.find(({ manifest }) => manifest.amends?.report_id === id) ?? newest;
  }
  return { run: newest, insteadOf: newest === given ? null : given.manifest.report_id };
}

async function openPart({ run, insteadOf }: Candidate, name: string): Promise<PartSource> {
  const { manifest, manifestSha256, period } = run;
  const counts = partCounts(await readSealedStatistics(run));
  const snapshot = await openSnapshot(run);
  const facts: Omit<CombinedPart, 'records' | 'pages'> = {
    name,
    reportId: manifest.report_id,
    manifestSha256,
    extractionSha256: manifest.extraction_sha256,
    ...(insteadOf === null ? {} : { insteadOf }),
    period: {
      from: period.from,
      to: period.to,
      timezone: period.timezone,
      fromUtc: manifest.period.from_utc,
      toUtc: manifest.period.to_utc,
    },
    certificate: snapshot.record.certificate,
    counts,
  };
  return { snapshot, period, facts };
}

/** What one report cannot say of runs that differ in it. */
function checkAlike(runs: readonly SealedRun[]): void {
  const [first, ...others] = runs as readonly [SealedRun, ...SealedRun[]];
  const other = others.find(({ manifest }) => manifest.policy.sha256 !== first.manifest.policy.sha256);
  if (other !== undefined) {
    throw new ConfigError(`${first.folder} and ${other.folder} read labels by different rules (policy).`, {
      remedy: 'Render one of them again by the other rule: detect-report export --source RUN/records.zip --template T.',
    });
  }
  const zoned = others.find(({ period }) => period.timezone !== first.period.timezone);
  if (zoned === undefined) return;
  const zones = `${first.folder} (${first.period.timezone}) and ${zoned.folder} (${zoned.period.timezone})`;
  throw new ConfigError(`${zones} have days of different time zones.`, { remedy: 'Name runs of one time zone.' });
}

function checkConsecutive(runs: readonly SealedRun[]): void {
  const open = runs.find(({ period }) => period.from === null || period.to === null);
  if (open !== undefined) throw new ConfigError(`${open.folder} has no period: it covers every day.`, { remedy: DAYS });
  const [{ manifest }] = runs as readonly [SealedRun, ...SealedRun[]];
  const elsewhere = runs.find((run) => locationOf(run) !== locationOf(runs[0] as SealedRun));
  if (elsewhere !== undefined) {
    const lists = `${locationOf({ manifest })} and ${locationOf(elsewhere)}`;
    const remedy = 'Combine the periods of each list first, then these runs of one period.';
    throw new ConfigError(`The runs are of different lists (${lists}) and periods.`, { remedy });
  }
  for (const [at, run] of runs.slice(1).entries()) {
    const before = runs[at] as SealedRun;
    const [end, start] = [before.period.to ?? '', run.period.from ?? ''];
    const place = { file: run.folder };
    if ((before.period.toMs ?? 0) < (run.period.fromMs ?? 0)) {
      throw new ConfigError(`No run covers the days from ${end} up to, not including, ${start}.`, {
        place,
        remedy: `Name the run of these days too, or make it: detect-report export --from ${end} --to ${start}.`,
      });
    }
    if ((before.period.toMs ?? 0) > (run.period.fromMs ?? 0)) {
      const text = `${before.folder} and ${run.folder} overlap: the day ${start} is in both.`;
      const remedy = `${DAYS} For periods of several teams, combine those of each team first.`;
      throw new ConfigError(text, { place, remedy });
    }
  }
}

function locationOf({ manifest }: Pick<SealedRun, 'manifest'>): string {
  const source = manifest['source'];
  return typeof source === 'object' && source !== null && 'location' in source ? String(source.location) : '';
}

/** The same reading under two templates would count each detection once, and look like two teams. */
function refuseSameSnapshot(runs: readonly Candidate[]): void {
  const seen = new Map<string, SealedRun>();
  for (const { run } of runs) {
    const { merkle_root: root } = run.manifest;
    const other = run.manifest.records.unique === 0 ? undefined : seen.get(root);
    seen.set(root, run);
    if (other === undefined) continue;
    throw new ConfigError(`${other.folder} and ${run.folder} hold the same detections of one period.`, {
      place: { file: run.folder },
      remedy: 'Name each list once: one run of each team.',
    });
  }
}

/** Only the last period may still go on: the combined run is preliminary then. */
function refuseUnfinished(parts: readonly PartSource[]): void {
  const early = parts
    .slice(0, -1)
    .find(({ period, facts }) => unfinished(period, facts.certificate.startedAt) !== null);
  if (early === undefined) return;
  const { reportId, name, certificate } = early.facts;
  throw new ConfigError(`${reportId} was read on ${certificate.startedAt}, before its period (${name}) was over.`, {
    remedy: 'Name a run of that period that was read when it was over.',
  });
}

/** The first of these that tells the runs apart: organisation, template, the folder they are in. */
function teamNames(runs: readonly Candidate[]): readonly string[] {
  const choices: readonly ((run: SealedRun) => string)[] = [
    ({ manifest }) => manifest.template.organisation ?? '',
    ({ manifest }) => manifest.template.name,
    ({ folder }) => basename(dirname(resolve(folder))),
  ];
  const lists = choices.map((name) => runs.map(({ run }) => name(run)));
  const found = lists.find((names) => new Set(names).size === runs.length && names.every((name) => name !== ''));
  return found ?? runs.map(({ run }) => run.manifest.report_id);
}
