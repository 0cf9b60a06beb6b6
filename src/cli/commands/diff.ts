import type { DIFF_OPTIONS } from '../../config/command-line.ts';
import type { CommandCall, CommandEnd } from '../command.ts';
import { counted } from '../figures.ts';
import { CHANGE_KINDS, type Change } from '../../core/previous-run.ts';
import { changesText } from '../../app/jobs/outcome.ts';
import { type Diff, diffRuns } from '../../app/compare/compare-runs.ts';

/** Compares two runs: prints a line for each difference and one with the counts, which do not change the exit code. */
export async function runDiff(call: CommandCall<typeof DIFF_OPTIONS, 'before' | 'after'>): CommandEnd {
  const { terminal, signal } = call;
  const { before, after } = call.args;
  const { json, quiet } = call.values;
  const diff = await diffRuns(
    before,
    after,
    // With --json too, one line for each, so that a list of any length can be piped.
    (change) => (json ? terminal.json(change) : terminal.result(changeLine(change))),
    signal,
  );
  const { before: from, after: to, counts, total } = diff;
  const what = total === 0 ? 'no difference' : changesText(counts);
  const line = `${from.reportId} (${from.period}) and ${to.reportId} (${to.period}): ${what}`;
  const run = ({ folder, reportId, period }: Diff['before']) => ({ folder, report_id: reportId, period });
  const summary = { kind: 'summary', before: run(from), after: run(to), counts, total, respelled: diff.respelled };
  await (json ? terminal.json(summary) : terminal.result(line));
  for (const note of quiet ? [] : notes(diff)) terminal.note(note);
  return 0;
}

/** `relabelled  5f0c…  2024-01-03T10:00:00.000Z  verdict fake → real, video_score 0.9 → 0.1` */
function changeLine(change: Change): string {
  const width = Math.max(...CHANGE_KINDS.map((kind) => kind.length));
  return `${change.kind.padEnd(width)}  ${change.uuid}  ${change.created_at}  ${detail(change)}`.trimEnd();
}

function detail({ kind, columns, before, after }: Change): string {
  const told = after ?? before ?? {};
  if (kind === 'new' || kind === 'vanished') return [told['status'], told['verdict']].filter(Boolean).join(' ');
  return columns
    .map((column) => {
      const [was, is] = [before?.[column], after?.[column]];
      return was === undefined && is === undefined ? column : `${column} ${was ?? '(none)'} → ${is ?? '(none)'}`;
    })
    .join(', ');
}

function notes({ before, after, respelled }: Diff): string[] {
  const spelling = 'without a difference came in other bytes, so the SHA-256 of the record differs';
  return [
    ...(respelled === 0 ? [] : [`note: ${counted(respelled, 'detection')} ${spelling}`]),
    ...(before.period === after.period ? [] : [`note: the periods differ: ${before.period} and ${after.period}`]),
    ...[before, after]
      .filter(({ hasSnapshot }) => !hasSnapshot)
      .map(({ folder }) => `note: ${folder} has no snapshot: only the columns of its table detections were compared`),
  ];
}
