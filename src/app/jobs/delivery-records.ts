import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { DeliveryReceipt, Destination } from '../../deliver/delivery.ts';
import type { JsonObject } from '../../core/json.ts';
import { systemCode } from '../../platform/files/output-failure.ts';
import { makeFolder, RUN_FILE_MODE, RUN_FOLDER_MODE } from '../../platform/files/folders.ts';
import { writeSmallFile } from '../../platform/files/small-file.ts';

const FORMAT = 'detect-report/delivery/1';

const json = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));

const RECORD = z.object({
  format: z.literal(FORMAT),
  state: z.enum(['pending', 'delivered']),
  destination: z.string(),
  description: z.string(),
  run: z.string(),
  report_id: z.string(),
  idempotency_key: z.string(),
  attempts: z.int().min(0),
  /** Time of the last attempt; null before the first one. */
  tried_at: z.string().nullable(),
  last_error: z.string().nullable(),
  receipt: z
    .object({
      outcome: z.enum(['delivered', 'already']),
      location: z.string(),
      files: z.int().min(0),
      bytes: z.int().min(0),
      details: json,
    })
    .nullable(),
});

/** The delivery state of one run at one destination. Holds no secret. */
export type DeliveryRecord = Readonly<z.output<typeof RECORD>>;

/**
 * The records of a run's deliveries: `OUT/.deliveries/RUN/DESTINATION.json`, next to the runs and never in one, because
 * a sealed run does not change. Each is replaced as a whole.
 */
export class DeliveryRecords {
  readonly #folder: string;
  readonly #run: { readonly name: string; readonly reportId: string };

  constructor(outDir: string, run: { readonly name: string; readonly reportId: string }) {
    this.#folder = join(outDir, '.deliveries', run.name);
    this.#run = run;
  }

  /**
   * The record of a destination; null if it is missing, unreadable, or about another report under the same name: then
   * the run is delivered, with a key that lets the receiver tell.
   */
  async read(destinationId: string): Promise<DeliveryRecord | null> {
    try {
      const found = RECORD.safeParse(JSON.parse(await readFile(this.#pathOf(destinationId), 'utf8')));
      return found.success && found.data.report_id === this.#run.reportId ? found.data : null;
    } catch (error) {
      if (error instanceof SyntaxError || systemCode(error) !== '') return null;
      throw error;
    }
  }

  /** Throws `OutputError`. */
  async write(
    destination: Destination,
    key: string,
    known: Pick<DeliveryRecord, 'attempts' | 'tried_at' | 'last_error'> & { readonly receipt: DeliveryReceipt | null },
  ): Promise<void> {
    await makeFolder(this.#folder, RUN_FOLDER_MODE);
    const record: DeliveryRecord = {
      format: FORMAT,
      state: known.receipt === null ? 'pending' : 'delivered',
      destination: destination.id,
      description: destination.describe(),
      run: this.#run.name,
      report_id: this.#run.reportId,
      idempotency_key: key,
      attempts: known.attempts,
      tried_at: known.tried_at,
      last_error: known.last_error,
      receipt: known.receipt,
    };
    await writeSmallFile(this.#pathOf(destination.id), `${JSON.stringify(record, null, 2)}\n`, RUN_FILE_MODE);
  }

  #pathOf(destinationId: string): string {
    return join(this.#folder, `${destinationId}.json`);
  }
}
