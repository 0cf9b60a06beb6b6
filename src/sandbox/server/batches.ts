import type { IncomingMessage } from 'node:http';
import { type Answer, jsonAnswer, refusal } from './answer.ts';
import { prefersWait, unsupported } from './create.ts';
import type { LivingListing } from '../list/living-listing.ts';
import { RandomStream } from '../items/random.ts';
import { readFields, type RequestFields } from './read-body.ts';
import { mediumOf, type Submission, submissionOf } from '../items/submission.ts';
import { zipFileNames } from '../list/zip-names.ts';

const MAX_FILES = 50;
const BATCH_STREAM = 7;

interface Batch {
  readonly uuid: string;
  /** Serial numbers of its detections. */
  readonly serials: readonly number[];
}

/** The batches since the server started (docs.resemble.ai, "Batch Detection"). */
export class Batches {
  readonly #listing: LivingListing;
  readonly #seed: number;
  readonly #byUuid = new Map<string, Batch>();

  constructor(listing: LivingListing, seed: number) {
    this.#listing = listing;
    this.#seed = seed;
  }

  /** `POST /api/v2/detect/batch`: repeated `files[]`, or one `file` that is a ZIP archive; 202 with the batch. */
  async create(request: IncomingMessage): Promise<Answer> {
    if (prefersWait(request)) return refusal(400, 'Synchronous mode is not supported for batches');
    const fields = await readFields(request);
    if ('status' in fields) return fields;
    const names = await namesOf(fields);
    if ('status' in names) return names;
    const submissions: Submission[] = [];
    for (const name of names) {
      const submission = submissionOf(name, null, fields.read);
      if (submission === null) return unsupported(name);
      submissions.push(submission);
    }
    const batch = this.#insert(submissions);
    return jsonAnswer(202, { success: true, item: this.#state(batch) });
  }

  /** `GET /api/v2/detect/batch/{uuid}`. */
  find(uuid: string): Answer {
    const batch = this.#byUuid.get(uuid);
    return batch === undefined
      ? refusal(404, 'Batch not found')
      : jsonAnswer(200, { success: true, item: this.#state(batch) });
  }

  #insert(submissions: readonly Submission[]): Batch {
    const serials = submissions.map((submission) => this.#listing.insert(submission));
    const uuid = new RandomStream(this.#seed, this.#byUuid.size, BATCH_STREAM).hex(32);
    const batch: Batch = { uuid, serials };
    this.#byUuid.set(uuid, batch);
    return batch;
  }

  #state(batch: Batch): object {
    const items = batch.serials.map((serial) => this.#listing.item(serial));
    const failed = items.filter((item) => item['status'] === 'failed').length;
    const completed = items.filter((item) => item['status'] === 'completed').length;
    const total = items.length;
    const done = completed + failed === total;
    const outcome = failed === 0 ? 'completed' : failed === total ? 'failed' : 'partially_failed';
    return {
      uuid: batch.uuid,
      status: done ? outcome : 'processing',
      total_files: total,
      completed_count: completed,
      failed_count: failed,
      created_at: items[0]?.['created_at'] ?? null,
      detect_uuids: items.map((item) => item['uuid']),
    };
  }
}

async function namesOf(fields: RequestFields): Promise<readonly string[] | Answer> {
  const files = fields.files('files[]');
  const [archive] = fields.files('file');
  if (files.length > 0 === (archive !== undefined))
    return refusal(400, 'Exactly one of files[] or file must be provided');
  const names = archive === undefined ? files.map((file) => file.name) : await archivedNames(archive);
  if (names === null) return refusal(400, 'file must be a .zip archive');
  if (names.length === 0) return refusal(400, 'The archive holds no media files');
  return names.length > MAX_FILES ? refusal(400, `A batch may hold at most ${MAX_FILES} files`) : names;
}

/** Entries that are not media are skipped, as documented. */
async function archivedNames(archive: File): Promise<string[] | null> {
  const names = zipFileNames(Buffer.from(await archive.arrayBuffer()));
  return names?.filter((name) => mediumOf(name) !== null) ?? null;
}
