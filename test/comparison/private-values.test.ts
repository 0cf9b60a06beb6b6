import { expect, test } from 'vitest';
import { changeOf } from '../../src/app/compare/change.ts';
import { foldedText } from '../../src/app/compare/equal.ts';
import { PRIVATE_TEXTS } from '../private-texts.ts';

test.each(Object.entries(PRIVATE_TEXTS))('a list of changes shows no %s', (_, text) => {
  const cells = { audio_label: text, media_type: text, status: 'completed', verdict: 'fake' };
  const change = changeOf({ uuid: text, cells }, { uuid: text, cells: { ...cells, verdict: 'real' } }, ['verdict']);
  const vanished = changeOf({ uuid: text, cells }, null, ['verdict']);
  for (const told of [change, vanished]) {
    expect(told).not.toBeNull();
    expect(JSON.stringify(told)).not.toContain(JSON.stringify(text).slice(1, -1));
    expect(told?.uuid).toContain('(withheld: private)');
  }
});

test('a uuid with a control character is the same in a CSV and in a snapshot', () => {
  expect(foldedText('a\ufffd{1}b')).toBe(foldedText('a\u0001b'));
});
