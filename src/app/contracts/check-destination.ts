import { appendFile } from 'node:fs/promises';
import {
  type DeliverableRun,
  DeliveryError,
  type DeliveryReceipt,
  type Destination,
  idempotencyKeyOf,
} from '../../deliver/destination.ts';
import { DetectReportError, InterruptedError } from '../../core/errors.ts';
import { readDeliverableRun } from '../jobs/deliverable-run.ts';
import { isPlainName } from '../../platform/files/folders.ts';
import { assertThat, withSandboxRun } from './material.ts';

/**
 * Delivers a small sandbox run: a receipt, the same key again, an aborted signal, and a run that was changed after it was
 * sealed. `make` opens the same destination each time, as a restarted program does. Resolves if the contract holds, rejects
 * with an error that says what is wrong.
 */
export async function checkDestination(make: () => Destination | Promise<Destination>): Promise<void> {
  await withSandboxRun(async ({ folder }) => {
    const destination = await make();
    const { id, kind } = destination;
    assertThat(kind !== '', 'kind is empty');
    assertThat(isPlainName(id), `id is "${id}", which is not a plain file name`);
    assertThat((await make()).id === id, 'id is another one when the destination is opened again');
    const line = destination.describe();
    assertThat(line !== '' && !line.includes('\n'), 'describe() does not give one line');
    await destination.check();
    const { signal } = new AbortController();
    const run = await readDeliverableRun(folder, null, signal);
    const key = idempotencyKeyOf(run, destination);
    await checkAborted(destination, run, key);
    checkReceipt(await destination.deliver(run, key, signal), run, 'deliver()');
    checkReceipt(await (await make()).deliver(run, key, signal), run, 'deliver() with the same key again');
    await checkChanged(await make(), run, signal);
  });
}

function checkReceipt(receipt: DeliveryReceipt, run: DeliverableRun, what: string): void {
  assertThat(typeof receipt === 'object' && receipt !== null, `${what} gave no receipt`);
  const { outcome, location, files, bytes } = receipt;
  assertThat(outcome === 'delivered' || outcome === 'already', `${what}: outcome is ${outcome}`);
  assertThat(typeof location === 'string' && location !== '', `${what}: location is empty`);
  const isCount = Number.isSafeInteger(files) && files >= 0 && files <= run.files.length;
  assertThat(isCount, `${what}: files is ${files}; the run has ${run.files.length}`);
  assertThat(Number.isSafeInteger(bytes) && bytes >= 0, `${what}: bytes is ${bytes}`);
  assertThat(JSON.stringify(receipt) !== undefined, `${what}: the receipt cannot be written as JSON`);
}

async function checkAborted(destination: Destination, run: DeliverableRun, key: string): Promise<void> {
  const error = await failureOf(destination, run, key, AbortSignal.abort(new InterruptedError()));
  const isTold = error === null || (error instanceof DetectReportError && error.kind === 'interrupted');
  assertThat(isTold, `with an aborted signal, deliver() fails with "${String(error)}", not InterruptedError`);
}

/** Another run, of which a file was changed: what does not look at that file delivers it. */
async function checkChanged(destination: Destination, run: DeliverableRun, signal: AbortSignal): Promise<void> {
  const [file] = run.files;
  assertThat(file !== undefined, 'the run has no file');
  await appendFile(file.path, 'changed');
  const other = { ...run, name: `${run.name}-other` };
  const error = await failureOf(destination, other, `${run.reportId}-other`, signal);
  const isTold = error === null || error instanceof DeliveryError;
  assertThat(isTold, `for a file that was changed, deliver() fails with "${String(error)}", not DeliveryError`);
}

async function failureOf(
  destination: Destination,
  run: DeliverableRun,
  key: string,
  signal: AbortSignal,
): Promise<unknown> {
  return await destination.deliver(run, key, signal).then(
    () => null,
    (error: unknown) => error,
  );
}
