import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isoInstant } from '../../core/instant.ts';
import type { Page } from '../../core/page.ts';
import { Secret } from '../../core/secret.ts';
import type { PastWalk, WalkEvent, WalkJournal } from '../../core/walk.ts';
import { createLineLog, type LineLog, readLines } from '../../platform/files/line-log.ts';
import { outputFailure } from '../../platform/files/output-failure.ts';
import type { FileSpool, KeptPage } from './page-spool.ts';

/** Changes whenever an older journal could be misread. */
const SPOOL_FORMAT = 'detect-report/spool/1';

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const instant = z.iso.datetime({ precision: 3 });

/** First line of a spool's journal: when the first attempt began, and an HMAC under the API key over salt and request. */
const HEADER = z.strictObject({ format: z.literal(SPOOL_FORMAT), startedAt: instant, salt: z.string(), seal: sha256 });

/** Every other line: a step of the walk; an answer has the facts of its page. */
const LINE = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('asked'), windowId: count, page: count, size: count }),
  z.strictObject({ kind: z.literal('too-large'), windowId: count }),
  z.strictObject({ kind: z.literal('beyond-end'), windowId: count }),
  z.strictObject({
    kind: z.literal('answered'),
    windowId: count,
    receivedAt: instant,
    cached: z.string().max(200).optional(),
    method: z.enum(['stored', 'deflate']),
    bytes: count,
    compressedBytes: count,
    crc32: count,
    sha256,
    leavesSha256: sha256,
  }),
]);
type JournalLine = Readonly<z.output<typeof LINE>>;

const FILE = 'journal';
/** A new journal is written here; once complete, it replaces the old one. */
const NEXT_FILE = 'journal.next';
/**
 * A walk's claim covers its first to its last request: over more than a day it says little about the list at any
 * moment, and old states are outdated.
 */
const LONGEST_AGE_MS = 24 * 60 * 60 * 1000;
/** That many pages may have to be read again after a power failure. A process that dies loses none. */
const PAGES_PER_SYNC = 32;

export interface JournalSettings {
  /** The spool's folder, which exists and belongs only to this run, with the spool in it. */
  readonly folder: string;
  readonly spool: FileSpool;
  /** What decides which pages are requested and what they hold (JSON). If it differs, an old walk is useless. */
  readonly asked: unknown;
  /** The key decides whose list is read. Kept only as a seal under a random salt. */
  readonly secret: Secret | null;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

export type SpoolJournal = Awaited<ReturnType<typeof openJournal>>;

/**
 * The journal of a walk, next to its pages: `journal` in the spool's folder. A line for each request and each answer,
 * in the walk's order; an answer's line has the facts to check its page, and is written when that page is complete.
 * Looks for that of an interrupted walk in the folder; removes it if it cannot be used.
 *
 *     open ──▶ found or discarded ──begin──▶ note ⟲ (every PAGES_PER_SYNC pages: sync) ──▶ close
 */
export async function openJournal(settings: JournalSettings) {
  const { folder, spool } = settings;
  const found = await find(settings);
  const discarded = 'discarded' in found ? found.discarded : null;
  if (discarded !== null) await empty(folder);
  const past = 'lines' in found ? found : null;
  const header = past?.header ?? headerOf(settings);
  let log: LineLog | null = null;
  let pages = answersIn(past?.lines ?? []);
  let unsynced: number[] = [];
  const lineOf = (event: WalkEvent): JournalLine =>
    event.kind === 'answered' ? { ...event, ...spool.kept(event.windowId) } : event;
  /** Resolves when everything noted so far would survive a power failure. */
  const sync = async (): Promise<void> => {
    const windowIds = unsynced;
    unsynced = [];
    for (const windowId of windowIds) await spool.sync(windowId);
    await log?.sync();
  };
  return {
    startedAt: header.startedAt,
    past: past === null ? null : pastOf(past.lines, spool),
    /** Why an existing journal cannot be used; null if none was found or it is used. */
    discarded,
    /** Number of pages that the next attempt need not read. */
    get pages(): number {
      return pages;
    },
    async begin(repeated: readonly WalkEvent[]): Promise<void> {
      const path = join(folder, NEXT_FILE);
      const next = await createLineLog(path);
      try {
        await next.append(header, ...repeated.map(lineOf));
        await next.sync();
        await rename(path, join(folder, FILE));
      } catch (error) {
        await next.close();
        throw outputFailure(error, path);
      }
      log = next;
      pages = answersIn(repeated);
    },
    async note(event: WalkEvent): Promise<void> {
      if (log === null) throw new RangeError('note before begin');
      await log.append(lineOf(event));
      if (event.kind !== 'answered') return;
      pages++;
      unsynced.push(event.windowId);
      if (unsynced.length >= PAGES_PER_SYNC) await sync();
    },
    sync,
    async close(): Promise<void> {
      await log?.close().catch(() => undefined);
      log = null;
    },
  } satisfies WalkJournal & Record<string, unknown>;
}

function answersIn(events: readonly Pick<WalkEvent, 'kind'>[]): number {
  return events.filter(({ kind }) => kind === 'answered').length;
}

type Found =
  | { readonly header: z.output<typeof HEADER>; readonly lines: readonly JournalLine[] }
  | { readonly discarded: string | null };

async function find(settings: JournalSettings): Promise<Found> {
  const [first, ...rest] = await readLines(join(settings.folder, FILE));
  if (first === undefined) return { discarded: null };
  const header = HEADER.safeParse(first).data;
  if (header === undefined || header.seal !== sealOf(settings, header.salt)) {
    return { discarded: 'it read another list, with another key, with other settings or by another version' };
  }
  const ageMs = settings.nowMs - Date.parse(header.startedAt);
  if (ageMs < 0) return { discarded: 'it began in the future, by the clock of this machine' };
  if (ageMs > LONGEST_AGE_MS) return { discarded: 'it began more than 24 hours ago' };
  const lines: JournalLine[] = [];
  for (const value of rest) {
    const line = LINE.safeParse(value).data;
    if (line === undefined) break;
    lines.push(line);
  }
  return { header, lines };
}

function headerOf(settings: JournalSettings): z.output<typeof HEADER> {
  const salt = randomBytes(16).toString('hex');
  return { format: SPOOL_FORMAT, startedAt: isoInstant(settings.nowMs), salt, seal: sealOf(settings, salt) };
}

function sealOf({ asked, secret }: JournalSettings, salt: string): string {
  return (secret ?? new Secret('')).seal(`${salt}\n${JSON.stringify(asked)}`);
}

function pastOf(lines: readonly JournalLine[], spool: FileSpool): PastWalk {
  const asked = new Map<number, { readonly page: number; readonly size: number }>();
  const kept = new Map<number, KeptPage>();
  for (const line of lines) {
    if (line.kind === 'asked') asked.set(line.windowId, line);
    else if (line.kind === 'answered') kept.set(line.windowId, line);
  }
  return {
    events: lines.map((line) => (line.kind === 'answered' ? { kind: line.kind, windowId: line.windowId } : line)),
    async page(windowId): Promise<Page | null> {
      const request = asked.get(windowId);
      const facts = kept.get(windowId);
      return request === undefined || facts === undefined ? null : await spool.recover(windowId, request, facts);
    },
  };
}

async function empty(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    throw outputFailure(error, folder);
  }
}
