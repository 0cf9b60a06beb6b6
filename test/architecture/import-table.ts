/** A folder (`core/`) or file (`index.ts`) of `src/`, and where its imports may lead besides its own folder. */
export interface Place {
  readonly place: string;
  /** Prefixes of paths below `src/`. */
  readonly may: readonly string[];
  /**
   * A pluggable folder has one subfolder per implementation. Subfolders never import each other, and only
   * `registry.ts` imports them; what is directly in the folder is theirs to share.
   */
  readonly pluggable?: true;
}

const CORE_AND_PLATFORM = ['core/', 'platform/'];

/** What a command may use: every wing below `app/`, and what several commands know of a sealed run. */
const BELOW_APP = [
  ...CORE_AND_PLATFORM,
  'config/',
  'extract/',
  'render/render-parts.ts',
  'render/parts/',
  'render/transform/',
  'render/statistics/',
  'render/report/',
  'render/sinks/registry.ts',
  'seal/',
  'deliver/registry.ts',
  'deliver/destination.ts',
  'deliver/notify/',
  'sandbox/',
  'app/run/',
];

/** The commands, and what the public API exports of the wings below. */
const INDEX = [
  'app/',
  'config/',
  'core/',
  'seal/evidence/finding.ts',
  'seal/evidence/manifest-schema.ts',
  'deliver/destination.ts',
  'sandbox/',
  'platform/machine.ts',
  'render/sinks/registry.ts',
  'render/transform/tables/tables.ts',
];

/** The whole house. A file that no entry covers breaks the rules too. The first entry that covers a file counts. */
export const IMPORT_TABLE: readonly Place[] = [
  { place: 'core/', may: [] },
  { place: 'platform/', may: ['core/'] },
  { place: 'extract/sources/', may: CORE_AND_PLATFORM, pluggable: true },
  { place: 'extract/snapshot/', may: CORE_AND_PLATFORM },
  { place: 'extract/walk/', may: ['core/'] },
  { place: 'render/transform/', may: ['core/'] },
  { place: 'render/statistics/', may: ['core/'] },
  { place: 'render/report/', may: ['core/'] },
  // Charts are data in the report; their geometry is computed once for all who draw them.
  { place: 'render/sinks/', may: ['core/', 'platform/zip/', 'render/report/charts/'], pluggable: true },
  // Pages become rows, counts and lists: the stages in their order. A thread loads the encoders of its formats alone.
  {
    place: 'render/parts/',
    may: [
      'core/',
      'render/render-parts.ts',
      'render/transform/',
      'render/statistics/',
      'render/report/detection-lists.ts',
      'render/sinks/registry.ts',
    ],
  },
  { place: 'render/render-parts.ts', may: ['core/'] },
  { place: 'seal/', may: CORE_AND_PLATFORM },
  { place: 'deliver/', may: CORE_AND_PLATFORM, pluggable: true },
  { place: 'sandbox/', may: ['core/'] },
  {
    place: 'config/',
    // A run's manifest holds the template that the run was made with: it is a template to start from, too.
    may: [
      'core/',
      'platform/addresses.ts',
      'platform/machine.ts',
      'extract/sources/registry.ts',
      'render/sinks/registry.ts',
      'deliver/registry.ts',
      'deliver/notify/settings.ts',
      'seal/evidence/manifest-schema.ts',
      'seal/evidence/template-record.ts',
    ],
  },
  { place: 'app/run/', may: [...CORE_AND_PLATFORM, 'extract/', 'seal/', 'sandbox/settings.ts'] },
  { place: 'app/verify/', may: [...BELOW_APP, 'app/export/', 'app/compare/'] },
  { place: 'app/jobs/', may: [...BELOW_APP, 'app/export/', 'app/compare/', 'app/archive/'] },
  { place: 'app/fleet/', may: [...BELOW_APP, 'app/export/', 'app/jobs/'] },
  { place: 'app/status/', may: [...BELOW_APP, 'app/jobs/'] },
  { place: 'app/archive/', may: [...BELOW_APP, 'app/export/', 'app/status/'] },
  { place: 'app/combine/', may: [...BELOW_APP, 'app/export/'] },
  { place: 'app/export/', may: BELOW_APP },
  { place: 'app/compare/', may: BELOW_APP },
  { place: 'app/explain/', may: BELOW_APP },
  { place: 'app/reviews/', may: BELOW_APP },
  { place: 'app/setup/', may: BELOW_APP },
  // Functions of the public API check their arguments, and load what they do when they are first called.
  { place: 'app/library/calls.ts', may: ['app/', 'core/'] },
  // What a program calls: reports by a few keys, sealed runs read again, and checks of sinks, sources and destinations.
  { place: 'app/library/', may: [...BELOW_APP, 'app/export/', 'app/jobs/'] },
  { place: 'app/contracts/', may: [...BELOW_APP, 'app/export/', 'app/jobs/', 'app/library/'] },
  { place: 'index.ts', may: INDEX },
  // Help shows options, and must not load the library for it.
  {
    place: 'cli/commands/',
    may: ['app/', 'config/', 'core/', 'sandbox/', 'platform/machine.ts', 'render/transform/tables/tables.ts', 'cli/'],
  },
  // Of the commands it knows the results that become exit codes, by their types alone.
  {
    place: 'cli/',
    may: [
      'index.ts',
      'config/',
      'platform/machine.ts',
      'app/jobs/outcome.ts',
      'app/setup/checks.ts',
      'app/status/folder-status.ts',
    ],
  },
];
