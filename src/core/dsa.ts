/** Which rows of the official template apply: `Only for providers of …`. */
export const DSA_KINDS = ['hosting', 'online_platform', 'vlop'] as const;

/** What only the platform knows of its transparency report (Implementing Regulation (EU) 2024/2835). */
export interface DsaFacts {
  readonly provider: string;
  readonly service: string;
  readonly kind: (typeof DSA_KINDS)[number];
  /** Days, `YYYY-MM-DD`. */
  readonly published: string | null;
  readonly previous: string | null;
  /** Why a corrected edition was made. */
  readonly correction: string | null;
  readonly values: readonly {
    readonly part: 7 | 8 | 11;
    readonly indicator: string;
    readonly scope: string | null;
    readonly value: string | number;
  }[];
}
