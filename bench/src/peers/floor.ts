import StreamZip from 'node-stream-zip';
import { argument, measured } from '../measured.js';

/** The floor of everything that starts from the pages: read them, parse them, forget them. */
await measured(async () => {
  const zip = new StreamZip.async({ file: argument(0) });
  let items = 0;
  for (const name of Object.keys(await zip.entries()).sort()) {
    if (!name.startsWith('pages/')) continue;
    const body = await zip.entryData(name);
    items += (JSON.parse(body.toString('utf8')) as { items: unknown[] }).items.length;
  }
  await zip.close();
  if (items === 0) throw new Error('no items were read');
  return Number(argument(1));
});
