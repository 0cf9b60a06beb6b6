import { expect, test } from 'vitest';
import { InterruptedError } from '../../src/index.ts';
import { outcomeLines } from '../../src/app/jobs/outcome.ts';
import { Office } from './office.ts';

test.each(['page', 'rendered', 'file'])(
  'a job that is interrupted at its first event of the kind %s says so once',
  async (kind) => {
    const office = await Office.open({}, 'since: 2024-01-01', 'archive: true');
    const outcome = await office.run('2024-02-01T06:00:00Z', {}, (event, stop) => {
      if (event.kind === kind) stop.abort(new InterruptedError('SIGTERM'));
    });
    expect(outcome.errors).toEqual([expect.any(InterruptedError)]);
    expect(
      outcomeLines(outcome)
        .join('\n')
        .match(/SIGTERM/g),
    ).toHaveLength(1);
    expect((await office.run('2024-02-01T06:00:00Z')).errors).toEqual([]);
    expect(await office.runs()).toEqual(['index.html', 'lake', 'monthly-compliance_2024-01']);
  },
);
