import * as z from 'zod';
import { ConfigError, DetectReportError, OutputError } from '../../core/errors.ts';
import type { Output, OutputFolder } from '../../core/output.ts';
import { CSV_COMPRESSIONS, type OwnSink, type Sink, type SinkContext, type SinkFactory } from '../../core/sink.ts';
import { isPlainName } from '../../platform/files/folders.ts';
import { DIFFERENCES_FILE } from '../run/differences-file.ts';
import { RUN_FILES } from '../../seal/evidence/run-files.ts';
import { DSA_PARTS } from './dsa-rules.ts';
import { SINKS } from '../../render/sinks/registry.ts';
import { TABLES } from '../../render/transform/tables/tables.ts';

/** True for the name of a file that detect-report writes itself, in any run: no other sink may write it. */
export function isReservedName(name: string): boolean {
  const tables = Object.values(TABLES);
  const ours = Object.values<SinkFactory>(SINKS).flatMap((factory) =>
    CSV_COMPRESSIONS.flatMap((csvCompression) =>
      factory.files(tables, { csvSafety: 'strict', csvBom: false, csvCompression }),
    ),
  );
  // Some file systems do not tell a from A.
  const folded = name.toLowerCase();
  const others = [...RUN_FILES, DIFFERENCES_FILE, ...Object.values(DSA_PARTS)];
  return [...ours, ...others].some((one) => one.toLowerCase() === folded);
}

/**
 * A sink of the caller's own as a factory whose mistakes are reported: a file that was not declared or not closed, data that
 * is not bytes, a method that is missing (`ConfigError`), an exception (`OutputError`, the exception as its cause).
 */
export function ownFactory(own: OwnSink): SinkFactory & Pick<OwnSink, 'open'> {
  return {
    description: own.name,
    mediaType: 'application/octet-stream',
    takesRows: own.takesRows,
    files: (...given) => filesOf(own, ...given),
    tableFiles: () => new Map(),
    open: (context) => openChecked(own, context),
  };
}

function filesOf(own: OwnSink, ...given: Parameters<OwnSink['files']>): readonly string[] {
  const files: unknown = called(own, 'files', () => own.files(...given));
  if (!Array.isArray(files) || files.some((name) => typeof name !== 'string')) {
    const remedy = "Return the names of its files, e.g. ['rows.jsonl']";
    throw wrong(own, 'files() did not return a list of file names', remedy);
  }
  const names = files as readonly string[];
  for (const name of names) {
    if (!isPlainName(name) || name.length > 200) {
      throw wrong(own, `${JSON.stringify(name)} cannot name a file of a run`, 'Use a plain file name, e.g. rows.jsonl');
    }
    if (isReservedName(name)) throw wrong(own, `detect-report writes the file ${name} itself`, 'Use another file name');
  }
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length) {
    throw wrong(own, 'files() names a file twice', 'Name each file once');
  }
  return names;
}

async function openChecked(own: OwnSink, context: SinkContext): Promise<Sink> {
  const declared = filesOf(own, context.tables, context.settings);
  const closed = new Set<string>();
  const folder = checkedFolder(own, context.folder, declared, closed);
  const sink = await awaited(own, 'open', () => own.open({ ...context, folder }));
  for (const method of ['write', 'close'] as const) {
    if (typeof (sink as Partial<Sink> | null | undefined)?.[method] === 'function') continue;
    if (method === 'write' && !own.takesRows && typeof sink === 'object') continue;
    throw wrong(own, `open() returned no ${method}()`, `Return an object with ${method}()`);
  }
  return {
    write: (table, rows) => awaited(own, 'write', () => sink.write(table, rows)),
    async close(report) {
      const summary: unknown = await awaited(own, 'close', () => sink.close(report));
      const open = declared.find((name) => !closed.has(name));
      const remedy = `Create ${open} with folder.create() and close it in close()`;
      if (open !== undefined) throw wrong(own, `the file ${open} is not complete`, remedy);
      return { rowsByFile: new Map(), changedCells: changedCellsOf(own, summary) };
    },
  };
}

/** A sink with nothing to tell may return nothing. */
function changedCellsOf(own: OwnSink, summary: unknown): ReadonlyMap<string, number> {
  if (summary === undefined) return new Map();
  const changed = COUNTS.safeParse(Object(summary).changedCells);
  if (changed.success) return changed.data;
  const remedy = 'Return { rowsByFile: new Map(), changedCells: new Map() }, with the number of cells by reason';
  throw wrong(own, 'close() returned a summary without counts of changed cells', remedy);
}

const COUNTS = z.map(z.string(), z.int().min(0));

function checkedFolder(
  own: OwnSink,
  folder: OutputFolder,
  declared: readonly string[],
  closed: Set<string>,
): OutputFolder {
  const created = new Set<string>();
  return {
    scratch: () => folder.scratch(),
    async create(name) {
      if (!declared.includes(name)) {
        throw wrong(own, `it creates the file ${JSON.stringify(name)}, which files() does not name`, 'Name it there');
      }
      if (created.has(name)) throw wrong(own, `it creates the file ${name} twice`, 'Create each file once');
      created.add(name);
      return checkedOutput(own, await folder.create(name), () => closed.add(name));
    },
  };
}

function checkedOutput(own: OwnSink, output: Output, whenClosed: () => void): Output {
  return {
    get bytes() {
      return output.bytes;
    },
    async append(bytes: unknown) {
      if (bytes instanceof Uint8Array) return await output.append(bytes);
      throw wrong(own, `append() was given ${typeof bytes}, not bytes`, "Write Buffer.from(text, 'utf8')");
    },
    async close() {
      await output.close();
      whenClosed();
    },
  };
}

async function awaited<T>(own: OwnSink, method: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw failure(own, method, error);
  }
}

function called<T>(own: OwnSink, method: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw failure(own, method, error);
  }
}

function failure(own: OwnSink, method: string, error: unknown): DetectReportError {
  if (error instanceof DetectReportError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new OutputError(`The sink ${own.name} failed in ${method}(): ${why}`, {
    cause: error,
    remedy: 'Correct the sink; nothing was sealed.',
  });
}

function wrong(own: OwnSink, problem: string, remedy: string): ConfigError {
  return new ConfigError(`The sink ${own.name}: ${problem}.`, { remedy: `${remedy}.` });
}
