import type { SAMPLE_OPTIONS } from '../../config/command-line.ts';
import type { CommandCall, CommandEnd } from '../command.ts';
import { count } from '../figures.ts';
import { drawSample } from '../../app/reviews/draw-sample.ts';
import { terminalSafe } from '../../core/text.ts';

/** Draws a sample and says what each stratum gives; the last line is the file to fill. */
export async function runSample(call: CommandCall<typeof SAMPLE_OPTIONS, 'run'>): CommandEnd {
  const { args, terminal, signal } = call;
  const { n, by, seed, out, json } = call.values;
  const { files, merkleRoot, strata } = await drawSample(args.run, { n, by, seed: seed ?? '', out, signal });
  const [csv = '', workbook = ''] = files;
  const drawn = strata.reduce((sum, one) => sum + one.drawn, 0);
  if (json) {
    await terminal.json({ csv, workbook, merkle_root: merkleRoot, seed: seed ?? '', drawn, strata });
    return 0;
  }
  for (const { stratum, size, drawn: some } of strata) {
    await terminal.result(`${terminalSafe(stratum)}: ${count(some)} of ${count(size)}`);
  }
  terminal.note(
    'note: Review every row, whatever its verdict: reviews of flagged detections alone give precision, never recall.',
  );
  await terminal.result(`workbook with drop-down lists: ${workbook}`);
  await terminal.result(csv);
  return 0;
}
