import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const OPENER = fileURLToPath(new URL('opener.mjs', import.meta.url));
/** Child processes run the compiled program. */
export const COMPILED = new URL('../../dist/seal/run-folder/run-folder.js', import.meta.url).href;

const HOOK = fileURLToPath(new URL('../crash/file-faults.mjs', import.meta.url));

/** See file-faults.mjs. */
export type Faults = Partial<Record<'FAULT_AT' | 'FAULT_KIND' | 'FAULT_LOG', string>>;

interface Opener {
  readonly child: ChildProcessWithoutNullStreams;
  readonly says: () => Promise<string>;
}

/** Processes that stand ready, all of them, before the first one is told to open the run folder. */
export async function openers(count: number, outDir: string, name: string, mode = 'new', faults: Faults = {}) {
  const all = Array.from({ length: count }, () => start(outDir, name, mode, faults));
  for (const opener of all) await opener.says();
  let winners: Opener[] = [];
  return {
    /** What each of them answers when all open at once: `opened`, or the name of its error. */
    async openAll(): Promise<string[]> {
      for (const { child } of all) child.stdin.write('open\n');
      const answers = await Promise.all(all.map((opener) => opener.says()));
      winners = all.filter((_, index) => answers[index] === 'opened');
      return answers;
    },
    /** Tells the first one that opened it to publish; its answer comes when it has gone on. */
    publishFirst(): { readonly pid: number; readonly answer: Promise<string> } {
      const [first] = winners;
      if (first?.child.pid === undefined) throw new Error('none of them opened it');
      first.child.stdin.write('publish\n');
      return { pid: first.child.pid, answer: first.says() };
    },
    /** Ends them all, wherever they stand, without a chance to tidy up. */
    async killAll(): Promise<void> {
      const ended = all.map(({ child }) => once(child, 'close'));
      for (const { child } of all) child.kill('SIGKILL');
      await Promise.all(ended);
    },
    /** What those answer that had opened it; afterwards no process is left. */
    async publishAll(): Promise<string[]> {
      const running = all.filter(({ child }) => child.exitCode === null);
      const ended = running.map(({ child }) => once(child, 'close'));
      for (const { child } of winners) child.stdin.write('publish\n');
      const answers = await Promise.all(winners.map((opener) => opener.says()));
      await Promise.all(ended);
      return answers;
    },
  };
}

function start(outDir: string, name: string, mode: string, faults: Faults): Opener {
  const hook = Object.keys(faults).length === 0 ? [] : ['--import', HOOK];
  const child = spawn(process.execPath, [...hook, OPENER, COMPILED, outDir, name, mode], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...faults },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    async says() {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`a process ended without a word, exit code ${child.exitCode}`);
      return value;
    },
  };
}
