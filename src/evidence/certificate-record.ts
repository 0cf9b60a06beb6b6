import type { Certificate } from '../core/certificate.ts';

/**
 * The certificate as the manifest holds it: its keys written as all keys of the manifest are, `started_at` for
 * `startedAt`. In `extraction.json` it stands as the walk made it.
 */
export function certificateRecord(certificate: Certificate): object {
  return renamed(certificate, (key) => key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)) as object;
}

/** The certificate that a manifest tells of, with whatever else stands there, under the names that the walk gives. */
export function certificateOf(recorded: { readonly ended_at: string }): { readonly endedAt: string } {
  const named = renamed(recorded, (key) => key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
  return { ...(named as object), endedAt: recorded.ended_at };
}

/** Recursive: a certificate has three levels, and whoever reads a manifest bounds its depth. */
function renamed(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  // Own properties, whatever they are called: a manifest may come from a stranger.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), renamed(item, rename)]));
}
