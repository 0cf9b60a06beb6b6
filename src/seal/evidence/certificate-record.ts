import type { Certificate } from '../../core/certificate.ts';

/**
 * The certificate for the manifest, with keys in the manifest's style: `started_at` for `startedAt`. `extraction.json`
 * has it as the walk made it.
 */
export function certificateRecord(certificate: Certificate): object {
  return renamed(certificate, (key) => key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)) as object;
}

/** The certificate of a manifest, unknown members included, with the walk's names for keys. */
export function certificateOf(recorded: { readonly ended_at: string }): { readonly endedAt: string } {
  const named = renamed(recorded, (key) => key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
  return { ...(named as object), endedAt: recorded.ended_at };
}

/** Recursive: a certificate has three levels, and readers of a manifest bound its depth. */
function renamed(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  // Own properties, whatever their names: a manifest may come from anyone.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), renamed(item, rename)]));
}
