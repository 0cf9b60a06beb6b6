// Delivers a run folder to a folder, in a process of its own whose file system can be made to fail (file-faults.mjs).
// FROM, TO; prints what became of it as JSON.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DELIVERY_SETTINGS, openDestination } from '../../dist/deliver/registry.js';
import { systemClock } from '../../dist/platform/machine.js';

const { FROM, TO } = process.env;
const names = readdirSync(FROM).sort((a, b) => Number(a === 'manifest.json') - Number(b === 'manifest.json'));
const files = names.map((name) => {
  const path = join(FROM, name);
  const content = readFileSync(path);
  return { name, path, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
});
const run = { folder: FROM, name: basename(FROM), files, manifestSha256: files.at(-1).sha256 };
const to = openDestination(DELIVERY_SETTINGS.parse({ kind: 'directory', path: TO }), {
  baseDir: '/',
  clock: systemClock(),
});
try {
  const receipt = await to.deliver(run, 'key', new AbortController().signal);
  process.stdout.write(JSON.stringify(receipt));
} catch ({ fault, message }) {
  process.stdout.write(JSON.stringify({ fault, message }));
}
