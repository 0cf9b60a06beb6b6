import { expect, test } from 'vitest';
import { openSource } from '../../src/app/export/open-source.ts';
import { configOf } from '../run/run-sandbox.ts';
import { FakeClock } from './fake-clock.ts';

/** Moves on by 5 s each time it is read. */
class HastyClock extends FakeClock {
  override monotonicMs(): number {
    this.advance(5_000);
    return super.monotonicMs();
  }
}

test('a page of the sandbox is retried for the time of --patience', async () => {
  const readFirst = async (patience: string): Promise<unknown> => {
    const config = await configOf({ source: 'sandbox', detections: 30, patience });
    const source = await openSource(config, () => undefined, new HastyClock());
    try {
      return await source?.page(1, 10, new AbortController().signal);
    } finally {
      await source?.close();
    }
  };
  await expect(readFirst('1s')).rejects.toThrow(/not complete after 1 s/);
  await expect(readFirst('10m')).resolves.toHaveProperty('items.length', 10);
});
