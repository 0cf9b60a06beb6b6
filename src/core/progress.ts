/** An attempt that failed. */
interface Retry {
  readonly attempt: number;
  readonly delayMs: number;
  /** Time until it is given up, from now. */
  readonly leftMs: number;
  readonly reason: string;
}

/** What happens during a run. Emitted by the client and both passes, drawn by the command line. */
export type ProgressEvent =
  | {
      readonly kind: 'stage';
      readonly stage: 'extract' | 'archive' | 'render' | 'seal' | 'compare' | 'recompute' | 'reproduce';
    }
  | {
      readonly kind: 'page';
      readonly page: number;
      readonly size: number;
      readonly items: number;
      readonly bytes: number;
      /** Distinct detections so far, and how many the source says there are. */
      readonly unique: number;
      readonly totalCount: number | null;
      readonly requests: number;
    }
  | ({ readonly kind: 'retry'; readonly page: number } & Retry)
  /** `destination` is its id. */
  | ({ readonly kind: 'delivery-retry'; readonly destination: string } & Retry)
  | { readonly kind: 'rendered'; readonly detections: number; readonly of: number }
  | { readonly kind: 'file'; readonly file: string; readonly bytes: number }
  | { readonly kind: 'note'; readonly level: 'info' | 'warning'; readonly text: string };

export type Emit = (event: ProgressEvent) => void;
