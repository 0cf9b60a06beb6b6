import type { SandboxSettings } from '../core/run-config.ts';
import { DetectionGenerator } from './generate.ts';
import type { Listing } from './listing.ts';

/** A generated list at rest. Holds nothing: every page is made when it is asked for. */
export class GeneratedListing implements Listing {
  readonly #generator: DetectionGenerator;

  constructor(settings: SandboxSettings) {
    this.#generator = new DetectionGenerator(settings);
  }

  get count(): number {
    return this.#generator.count;
  }

  slice(first: number, length: number): Uint8Array[] {
    const end = Math.min(this.count, first + length);
    const items: Uint8Array[] = [];
    for (let index = first; index < end; index++)
      items.push(Buffer.from(JSON.stringify(this.#generator.detectionAt(index))));
    return items;
  }

  find(uuid: string): Uint8Array | null {
    const serial = this.#generator.serialOf(uuid);
    return serial === null ? null : Buffer.from(JSON.stringify(this.#generator.detection(serial)));
  }
}
