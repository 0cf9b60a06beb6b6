import type { Detection } from '../../../core/detection.ts';
import { type CellColumn, rowOf, selectColumns, type TableMaker } from './cells.ts';

interface Chunk {
  readonly uuid: string;
  readonly chunk: number;
  readonly score: number | null;
}

const COLUMNS: readonly CellColumn<Chunk>[] = [
  {
    name: 'detection_uuid',
    type: 'text',
    path: 'uuid',
    description: 'The detection that the chunk belongs to.',
    private: false,
    cell: (chunk) => chunk.uuid,
  },
  {
    name: 'chunk',
    type: 'integer',
    path: 'index in metrics.score',
    description: 'Which chunk of the audio, from 0.',
    private: false,
    cell: (chunk) => chunk.chunk,
  },
  {
    name: 'score',
    type: 'number',
    path: 'metrics.score[]',
    description: 'P(fake) of the chunk, 0 to 1; empty where there was nothing to assess.',
    private: false,
    cell: (chunk) => chunk.score,
  },
];

/** One row for each chunk score of the audio. */
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
