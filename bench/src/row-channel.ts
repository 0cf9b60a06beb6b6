/** Rows for a writer that pulls them, from one that pushes: a batch is taken when the one before it has been used up. */
export class RowChannel<Row> implements AsyncIterable<Row> {
  #batch: readonly Row[] = [];
  #at = 0;
  #ended = false;
  #wake: (() => void) | null = null;
  #used: (() => void) | null = null;

  /** Resolves when the batch was used up. */
  send(batch: readonly Row[]): Promise<void> {
    if (batch.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#batch = batch;
      this.#at = 0;
      this.#used = resolve;
      this.#wake?.();
    });
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  [Symbol.asyncIterator](): AsyncIterator<Row> {
    return { next: () => this.#next() };
  }

  async #next(): Promise<IteratorResult<Row>> {
    while (this.#at === this.#batch.length) {
      this.#used?.();
      this.#used = null;
      if (this.#ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const row = this.#batch[this.#at++];
    if (row === undefined) throw new RangeError('a row is missing');
    return { done: false, value: row };
  }
}
