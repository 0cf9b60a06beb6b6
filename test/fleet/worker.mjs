// A worker whose locks in Redis last two seconds, so that a test need not wait a minute for a killed one.
import { runWorker } from '../../dist/app/fleet/worker.js';

const [address, store, slots] = process.argv.slice(2);
const controller = new AbortController();
process.on('SIGTERM', () => controller.abort(new Error('stopped')));
const say = (text) => process.stdout.write(`${text}\n`);
await runWorker(
  {
    address,
    store,
    slots: Number(slots),
    metrics: null,
    script: new URL('../../dist/cli/commands/stage-thread.js', import.meta.url),
    folder: store,
    env: process.env,
    times: { lockMs: 2_000, stalledMs: 1_000 },
  },
  {
    signal: controller.signal,
    emit: (event) => say(event.text ?? event.kind),
    protect: () => undefined,
    sealed: async (folder) => say(`sealed ${folder}`),
    failed: (task, error) => say(`failed ${task.stage}: ${error.message}`),
  },
).catch((error) => say(`ended: ${error.message}`));
