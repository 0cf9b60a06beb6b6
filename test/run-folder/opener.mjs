// One process that opens a run folder when it is told to, and publishes it when it is told to. Says each outcome.
import { createInterface } from 'node:readline';

const [, , module, outDir, name, mode] = process.argv;
const { RunFolder } = await import(module);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (text) => process.stdout.write(`${text}\n`);

say('ready');
await lines.next();
try {
  const folder = await RunFolder.open({ outDir, name, overwrite: mode === 'overwrite' });
  say('opened');
  await lines.next();
  const output = await folder.create('winner');
  await output.append(Buffer.from(String(process.pid)));
  await output.close();
  await folder.publish();
  await folder.cleanUp();
  say('published');
} catch (error) {
  say(error.name);
}
process.exit(0);
