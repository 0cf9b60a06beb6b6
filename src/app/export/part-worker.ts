import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { InvariantError } from '../../core/errors.ts';
import { openArchive } from '../../extract/snapshot/reader.ts';
import type { PartSetup } from '../../render/parts/messages.ts';
import { createWitness } from '../run/check-records.ts';
import { openRenderer, serveParts } from '../../render/parts/renderer.ts';

/** A thread that reads parts of an archive, checks their pages, and renders them. */
function serve(port: MessagePort, setup: PartSetup): void {
  const snapshot = openArchive(setup.archive.path, setup.archive.given);
  const renderer = snapshot.then((opened) => {
    return openRenderer(setup, opened, [], setup.isWitnessed ? createWitness(opened.record, true) : null);
  });
  serveParts(port, renderer, async () => await (await snapshot).close());
}

if (parentPort === null) throw new InvariantError('The script of a worker thread was started as a program.');
serve(parentPort, workerData as PartSetup);
