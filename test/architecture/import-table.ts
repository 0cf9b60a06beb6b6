/** A folder (`core/`) or file (`extract.ts`) of `src/`, and where its imports may lead besides its own folder. */
export interface Place {
  readonly place: string;
  /** Prefixes of paths below `src/`. */
  readonly may: readonly string[];
  /**
   * A pluggable folder has one subfolder per implementation. Subfolders never import each other, and only
   * `registry.ts` imports them; what stands directly in the folder is theirs to share.
   */
  readonly pluggable?: true;
}

const CORE = ['core/'];
const ZIP = 'platform/zip/';

/** Nothing imports the command line, so nothing lists it. */
const EVERYTHING_BUT_CLI = [
  ...CORE,
  'sources/registry.ts',
  'sinks/registry.ts',
  'deliveries/registry.ts',
  'watch/',
  'http/',
  'walk/',
  'snapshot/',
  'transform/',
  'statistics/',
  'report/',
  'evidence/',
  'sandbox/',
  'run-folder/',
  'config/',
  'jobs/',
  'comparison/',
  'extract.ts',
  'render.ts',
  'seal.ts',
  'attachments.ts',
  'read-list.ts',
  'render-threads/',
  'render-run.ts',
  'reproduce-run.ts',
  'comparison-folder.ts',
  'verify-records.ts',
  'prove-again.ts',
  'run-period.ts',
  'open-source.ts',
  'system-clock.ts',
  'tool.ts',
  'claim-of-run.ts',
  'run-report.ts',
  'verify-run.ts',
  'verify-differences.ts',
  'explain-record.ts',
  'on-demand.ts',
  'compared-run.ts',
  'compare-runs.ts',
  'diff-runs.ts',
  'job-runs/',
  'delivery-records.ts',
  'deliver-all.ts',
  'deliverable-run.ts',
  'app/',
  'first-steps/',
  'doctor.ts',
];

/** The whole house. A file that no entry covers breaks the rules too. */
export const IMPORT_TABLE: readonly Place[] = [
  { place: 'core/', may: [] },
  // One HTTP client for whoever needs one: connections, proxies, what an exception of the wire means.
  { place: 'http/', may: CORE },
  { place: 'sources/', may: [...CORE, 'http/'], pluggable: true },
  { place: 'walk/', may: CORE },
  // Archives as files of any program: what may be in them is said by those who use them.
  { place: 'platform/', may: CORE },
  { place: 'snapshot/', may: [...CORE, ZIP] },
  { place: 'transform/', may: CORE },
  { place: 'statistics/', may: CORE },
  { place: 'report/', may: CORE },
  // Charts are data in the report; their geometry is computed once for whoever draws them.
  { place: 'sinks/', may: [...CORE, ZIP, 'report/charts/'], pluggable: true },
  { place: 'deliveries/', may: [...CORE, 'http/', 'run-folder/folders.ts'], pluggable: true },
  { place: 'watch/', may: [...CORE, 'http/', 'run-folder/small-file.ts'] },
  { place: 'evidence/', may: CORE },
  { place: 'sandbox/', may: CORE },
  { place: 'run-folder/', may: CORE },
  {
    place: 'config/',
    // A run's manifest holds the template that the run was made with: it is a template to start from, too.
    may: [
      ...CORE,
      'sources/registry.ts',
      'sinks/registry.ts',
      'deliveries/registry.ts',
      'watch/settings.ts',
      'evidence/manifest-schema.ts',
      'evidence/template-record.ts',
    ],
  },
  // What a job file says, and when that is due. The kinds of destinations and watchers say themselves what they need.
  { place: 'jobs/', may: [...CORE, 'config/', 'sinks/registry.ts', 'deliveries/registry.ts', 'watch/'] },
  // Sorting and remembering uuids is the same work for a proof and for a comparison.
  { place: 'comparison/', may: [...CORE, ZIP, 'snapshot/leaf-sorter.ts', 'walk/uuid-table.ts'] },
  { place: 'extract.ts', may: CORE },
  { place: 'render.ts', may: CORE },
  // A rendering on several threads. A thread loads the encoder of the one format that it makes, not the registry of all.
  {
    place: 'render-threads/',
    may: [...CORE, 'transform/', 'statistics/', 'report/register.ts', 'render.ts', 'sinks/csv/part-encoder.ts'],
  },
  { place: 'system-clock.ts', may: CORE },
  { place: 'tool.ts', may: CORE },
  // Objects of the caller's own, with their mistakes reported.
  {
    place: 'app/export/',
    may: [
      ...CORE,
      'run-folder/folders.ts',
      'comparison/differences-file.ts',
      'evidence/run-files.ts',
      'sinks/registry.ts',
      'transform/tables.ts',
    ],
  },
  { place: 'app/verify/', may: [...CORE, 'evidence/', 'app/export/own-sinks.ts'] },
  { place: 'app/run/', may: [...CORE, 'evidence/', 'snapshot/', 'run-period.ts'] },
  // What a program calls: its options to the words of the command line, and from there the same way.
  {
    place: 'app/library/',
    may: [
      ...CORE,
      'config/',
      'evidence/',
      'transform/',
      'snapshot/extraction-schema.ts',
      'sinks/registry.ts',
      'run-folder/folders.ts',
      'render.ts',
      'run-report.ts',
      'deliver-all.ts',
      'deliverable-run.ts',
      'system-clock.ts',
      'app/run/',
    ],
  },
  // What a caller's own source, sink and destination is checked with: real runs.
  {
    place: 'app/contracts/',
    may: [...CORE, 'run-folder/', 'deliverable-run.ts', 'app/export/', 'app/library/export-report.ts'],
  },
  // Parts of the composition root.
  { place: 'open-source.ts', may: [...CORE, 'sources/registry.ts', 'sandbox/', 'walk/', 'app/export/own-source.ts'] },
  { place: 'seal.ts', may: [...CORE, 'evidence/', 'run-folder/'] },
  { place: 'attachments.ts', may: [...CORE, 'evidence/', 'seal.ts'] },
  { place: 'render-run.ts', may: EVERYTHING_BUT_CLI },
  { place: 'run-period.ts', may: EVERYTHING_BUT_CLI },
  { place: 'read-list.ts', may: EVERYTHING_BUT_CLI },
  { place: 'run-report.ts', may: EVERYTHING_BUT_CLI },
  { place: 'compared-run.ts', may: EVERYTHING_BUT_CLI },
  { place: 'compare-runs.ts', may: EVERYTHING_BUT_CLI },
  { place: 'diff-runs.ts', may: EVERYTHING_BUT_CLI },
  // A composition root of its own: jobs are run by the parts above.
  { place: 'job-runs/', may: EVERYTHING_BUT_CLI },
  // What a person does before the first run: the first files, and a look at everything that a run needs.
  {
    place: 'first-steps/',
    may: [...CORE, 'http/', 'config/', 'run-folder/', 'sources/registry.ts', 'sinks/registry.ts'],
  },
  { place: 'doctor.ts', may: EVERYTHING_BUT_CLI },
  // What differs below the packing of a file is for the comparison to say.
  {
    place: 'comparison-folder.ts',
    may: [...CORE, 'run-folder/', 'seal.ts', 'comparison/content/', 'evidence/run-files.ts'],
  },
  { place: 'prove-again.ts', may: [...CORE, 'evidence/', 'walk/'] },
  { place: 'verify-records.ts', may: [...CORE, 'evidence/', 'snapshot/', 'prove-again.ts'] },
  { place: 'delivery-records.ts', may: [...CORE, 'run-folder/'] },
  { place: 'deliverable-run.ts', may: EVERYTHING_BUT_CLI },
  { place: 'deliver-all.ts', may: EVERYTHING_BUT_CLI },
  { place: 'reproduce-run.ts', may: EVERYTHING_BUT_CLI },
  { place: 'claim-of-run.ts', may: EVERYTHING_BUT_CLI },
  { place: 'verify-run.ts', may: EVERYTHING_BUT_CLI },
  { place: 'verify-differences.ts', may: EVERYTHING_BUT_CLI },
  { place: 'explain-record.ts', may: EVERYTHING_BUT_CLI },
  {
    place: 'on-demand.ts',
    may: [
      ...CORE,
      'app/library/',
      'doctor.ts',
      'run-report.ts',
      'verify-run.ts',
      'explain-record.ts',
      'diff-runs.ts',
      'jobs/read-jobs.ts',
      'job-runs/',
    ],
  },
  { place: 'app/commands.ts', may: EVERYTHING_BUT_CLI },
  { place: 'index.ts', may: EVERYTHING_BUT_CLI },
  // Options and what they mean are its own matter, not the library's; and help must not load the library to show them.
  { place: 'cli/', may: ['index.ts', 'app/commands.ts', 'config/', 'tool.ts'] },
];
