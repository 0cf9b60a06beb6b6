import { expect, it } from 'vitest';
import { ChangedCells } from '../../src/core/sink.ts';

it('changed cells that were taken stay as they are, whether there were any or none', () => {
  const changed = new ChangedCells();
  const none = changed.take();
  changed.note('cut');
  const one = changed.take();
  changed.note('cut', 2);
  expect([none, one, changed.take()].map((cells) => [...cells])).toEqual([[], [['cut', 1]], [['cut', 2]]]);
});
