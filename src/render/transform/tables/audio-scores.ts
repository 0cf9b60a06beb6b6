import type { Detection } from '../../../core/detection.ts';
import { type CellColumn, column, rowOf, selectColumns, type TableMaker } from './cells.ts';

interface Chunk {
  readonly uuid: string;
  readonly chunk: number;
  readonly score: number | null;
}

const COLUMNS: readonly CellColumn<Chunk>[] = [
  column('detection_uuid', 'text', 'uuid', 'The detection that the chunk belongs to.', ({ uuid }) => uuid),
  column('chunk', 'integer', 'index in metrics.score', 'Which chunk of the audio, from 0.', ({ chunk }) => chunk),
  column(
    'score',
    'number',
    'metrics.score[]',
    'P(fake) of the chunk, 0 to 1; empty if there was nothing to assess.',
    ({ score }) => score,
  ),
];

export const audioScoresTable: TableMaker = {
  name: 'audio_scores',
  title: 'Audio scores',
  columns: COLUMNS,
  make(names) {
    const columns = selectColumns(COLUMNS, names);
    return {
      name: 'audio_scores',
      title: 'Audio scores',
      columns,
      rows: (detection: Detection) =>
        detection.audioChunks.map((score, chunk) => rowOf(columns, { uuid: detection.uuid, chunk, score })),
    };
  },
};
