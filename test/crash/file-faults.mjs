// Loaded before the program (`node --import`): counts every change that it makes to the file system, and lets the k-th
// meet its fate. FAULT_AT is k, from 1; FAULT_KIND one of
//   kill    the process kills itself; a write is half done by then (an odd k) or not begun (an even k)
//   term    the process gets SIGTERM, and the operation goes on
//   lost    the operation never comes back, and nothing waits for it
//   stop    the process stops itself (SIGSTOP), and the operation follows when it goes on
//   slow    the operation takes a minute; `fault met` on stderr says when it began
//   ENOSPC, EIO, …   this operation fails so; with FAULT_STAYS=1 every later one that needs space does, too
// FAULT_ONLY=sync-folder, sync-file or rename-run counts these alone; with FAULT_ALWAYS=1 each from the k-th on meets its fate.
// Without FAULT_AT it only counts. FAULT_LOG, if set, gets a line for each operation.
import { openSync, promises, writeSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';

const { FAULT_AT, FAULT_KIND = 'kill', FAULT_STAYS, FAULT_LOG, FAULT_ONLY, FAULT_ALWAYS } = process.env;
const at = Number(FAULT_AT ?? 0);
const fs = createRequire(import.meta.url)('node:fs');
const log = FAULT_LOG === undefined ? null : openSync(FAULT_LOG, 'a');
let count = 0;

const handle = await promises.open(new URL(import.meta.url), 'r');
const handles = Object.getPrototypeOf(handle);
await handle.close();

// As a number, the lowest two bits are 0 for reading alone.
const opensToWrite = (flags) => (typeof flags === 'number' ? (flags & 3) !== 0 : /[wa+]/.test(flags ?? ''));

for (const name of ['writeFile', 'copyFile', 'rename', 'mkdir', 'rm', 'rmdir', 'unlink']) wrap(promises, name, () => true);
wrap(promises, 'open', ([, flags]) => opensToWrite(flags));
for (const name of ['write', 'writev', 'writeFile', 'appendFile', 'sync', 'datasync', 'truncate']) {
  wrap(handles, name, () => true);
}
for (const name of ['writeFileSync', 'renameSync', 'mkdirSync', 'rmSync', 'unlinkSync', 'createWriteStream']) {
  // The program has no reason to use these; a test would not see their failures.
  fs[name] = () => {
    throw new Error(`fs.${name} is not watched`);
  };
}
syncBuiltinESMExports();

function wrap(owner, name, counts) {
  const original = owner[name];
  owner[name] = async function (...given) {
    if (!counts(given)) return original.apply(this, given);
    if (FAULT_ONLY === 'rename-run') {
      if (name !== 'rename' || /spool|journal|\.lock/.test(given[0])) return original.apply(this, given);
    } else if (FAULT_ONLY !== undefined) {
      if (owner !== handles || name !== 'sync') return original.apply(this, given);
      if ((await this.stat()).isDirectory() !== (FAULT_ONLY === 'sync-folder')) return original.apply(this, given);
    }
    count++;
    const what = owner === handles ? `handle.${name}` : `${name} ${given[0]}`;
    if (log !== null) writeSync(log, `${count} ${what}\n`);
    const later = FAULT_STAYS === '1' && count > at && /open|mkdir|write|copy/.test(name);
    const again = FAULT_ALWAYS === '1' && count > at;
    if (at > 0 && (count === at || later || again)) await meetFate(this, name, given);
    return original.apply(this, given);
  };
}

async function meetFate(self, name, given) {
  switch (FAULT_KIND) {
    case 'kill':
      if (at % 2 === 1) writeHalf(self, name, given);
      process.kill(process.pid, 'SIGKILL');
      break;
    case 'term':
      if (log !== null) writeSync(log, `signalled ${Date.now()}\n`);
      process.kill(process.pid, 'SIGTERM');
      return;
    case 'stop':
      process.kill(process.pid, 'SIGSTOP');
      return;
    case 'slow':
      writeSync(2, 'fault met\n');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
      return;
    case 'lost':
      await new Promise(() => {});
      break;
    default:
      throw Object.assign(new Error(`${FAULT_KIND}: injected, ${name}`), { code: FAULT_KIND, syscall: name });
  }
}

function half(data) {
  return Buffer.from(data).subarray(0, Math.floor(data.length / 2));
}

function writeHalf(self, name, [first, second]) {
  // A handle's own method, or one that takes a path.
  if (self?.fd !== undefined && /^write(File)?$/.test(name)) writeSync(self.fd, half(first));
  else if (name === 'writeFile' && typeof first === 'string') writeSync(openSync(first, 'w'), half(second));
}
