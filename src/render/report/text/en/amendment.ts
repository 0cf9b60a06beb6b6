import type { ChangeKind } from '../../../../core/change.ts';
import { integer } from '../../format.ts';

const kinds: Readonly<Record<ChangeKind, readonly [name: string, meaning: string]>> = {
  new: ['New', 'was not in the list when the period was sealed'],
  vanished: ['Vanished', 'was in the list then, and is there no more'],
  finished: ['Finished', 'was being processed then, and is completed or failed now'],
  relabelled: ['Relabelled', 'has another status, verdict or label'],
  rescored: ['Rescored', 'has another score, and the same labels'],
  other: ['Other changes', 'differs in something else, such as its time of deletion'],
};

export const amendment = {
  title: 'What this amendment changes',
  noticeTitle: 'Amendment',
  notice: (id: string, total: number): string =>
    `This report amends ${id}, which stands unchanged. Since it was sealed, ${integer(total)} ${total === 1 ? 'detection of the period differs' : 'detections of the period differ'} in the list. Everything else in this report is as the list says now.`,
  kinds,
  countsCaption: 'Differences by kind',
  countsColumns: ['Kind', 'The detection', 'Detections'],
  total: 'All differences',
  listCaption: 'The differences',
  listColumns: ['Detection', 'Created', 'Kind', 'Before', 'Now'],
  more: (shown: number, total: number): string =>
    `The first ${integer(shown)} of ${integer(total)} by their ids; differences.json lists them all.`,
  columns: (names: readonly string[]): string => `Also differs: ${names.join(', ')}`,
  manifest: 'The manifest that is amended',
  basis:
    'Compared is everything that the tables hold, without addresses, which are signed anew for each reading, and without the time of the last touch.',
  limited: (columns: readonly string[]): string =>
    `The amended run kept no snapshot: only these columns could be compared: ${columns.join(', ')}.`,
} as const;
