import type { Place } from './import-table.ts';
import { type Import, importsOf, type SourceFile, type Violation } from './source-file.ts';

/** Imports that the table does not allow, that lead nowhere, or that cannot be read; and files without a place. */
export function importViolations(files: readonly SourceFile[], table: readonly Place[]): Violation[] {
  const known = new Set(files.map(({ path }) => path));
  return files.flatMap((file) => {
    const place = table.find((one) => covers(one.place, file.path));
    if (place === undefined) return [`${file.path} has no place in the import table`];
    return importsOf(file).flatMap((one) => {
      if (one.specifier === '(computed)') return [`${file.path} imports what it computes`];
      if (one.target === null) return [];
      if (!known.has(one.target)) return [`${file.path} imports ${one.specifier}, which is no file of src`];
      return isAllowed(one, one.target, place) ? [] : [`${file.path} must not import ${one.target}`];
    });
  });
}

function covers(place: string, path: string): boolean {
  return place.endsWith('/') ? path.startsWith(place) : path === place;
}

function isAllowed(one: Import, target: string, place: Place): boolean {
  if (place.may.some((prefix) => covers(prefix, target))) return true;
  if (!place.place.endsWith('/') || !target.startsWith(place.place)) return false;
  return place.pluggable === undefined || isAllowedAmongPlugins(one.from, target, place.place);
}

function isAllowedAmongPlugins(from: string, target: string, folder: string): boolean {
  const registry = `${folder}registry.ts`;
  if (from === registry) return true;
  if (target === registry) return false;
  const implementation = (path: string): string | null => {
    const [first = '', ...rest] = path.slice(folder.length).split('/');
    return rest.length === 0 ? null : first;
  };
  const wanted = implementation(target);
  return wanted === null || wanted === implementation(from);
}

/** Each cycle of imports once, as `a -> b -> a`; type-only imports count. */
export function importCycles(files: readonly SourceFile[]): Violation[] {
  const targets = new Map(
    files.map((file) => [file.path, importsOf(file).flatMap(({ target }) => (target === null ? [] : [target]))]),
  );
  const state = new Map<string, 'open' | 'done'>();
  const trail: string[] = [];
  const cycles: Violation[] = [];
  const visit = (path: string): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      return;
    }
    state.set(path, 'open');
    trail.push(path);
    for (const target of targets.get(path) ?? []) visit(target);
    trail.pop();
    state.set(path, 'done');
  };
  for (const path of targets.keys()) visit(path);
  return cycles;
}
