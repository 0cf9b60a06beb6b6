import type * as z from 'zod';
import type { Clock } from '../core/clock.ts';
import type { Destination } from '../core/delivery.ts';
import type { ApiSettings } from '../core/run-config.ts';
import type { ReadSecret } from '../core/secret-reference.ts';

/** What a destination may use of the world. */
export interface DeliveryDependencies {
  readonly readSecret: ReadSecret;
  /** Folder that relative paths of the job file start from. */
  readonly baseDir: string;
  readonly proxies: ApiSettings['proxies'];
  readonly clock: Clock;
  /** Of this program, for `User-Agent`. */
  readonly version: string;
}

/** One kind of destination: how it stands in a job file, and how it is made. */
export interface DeliveryKind<Settings> {
  readonly kind: string;
  /** For people: what arrives. */
  readonly description: string;
  /** Of one entry of the list `deliver:`; its `kind` is the literal above. */
  readonly schema: z.ZodType<Settings>;
  /** Reads and sends nothing yet. */
  open(settings: Settings, deps: DeliveryDependencies): Destination;
}
