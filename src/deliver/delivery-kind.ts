import type * as z from 'zod';
import type { Clock } from '../core/clock.ts';
import type { Destination } from './delivery.ts';
import type { ApiSettings } from '../core/run-config.ts';
import type { ReadSecret } from '../platform/secret-reference.ts';

/** What a destination may use from outside. */
export interface DeliveryDependencies {
  readonly readSecret: ReadSecret;
  /** Folder that relative paths of the job file start from. */
  readonly baseDir: string;
  readonly proxies: ApiSettings['proxies'];
  readonly clock: Clock;
  /** This program's version, for `User-Agent`. */
  readonly version: string;
}

/** One kind of destination: its form in a job file, and how to open it. */
export interface DeliveryKind<Settings> {
  readonly kind: string;
  /** For people: what is delivered. */
  readonly description: string;
  /** Schema of one entry of `deliver:`; its `kind` is the literal above. */
  readonly schema: z.ZodType<Settings>;
  /** Only reads; sends nothing. */
  open(settings: Settings, deps: DeliveryDependencies): Destination;
}
