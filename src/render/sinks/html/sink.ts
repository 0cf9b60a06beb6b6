import type { SinkFactory } from '../../../core/sink.ts';

const FILE = 'report.html';

/** The report as one self-contained page for the browser: no server, no network, no script needed. */
export const htmlSink: SinkFactory = {
  description: 'the report as one page for the browser, with a register to search and sort',
  mediaType: 'text/html; charset=utf-8',
  takesRows: true,
  files: () => [FILE],
  // Its register has every detection, but only some columns.
  tableFiles: () => new Map(),
  async encoding() {
    const { htmlPartEncoder } = await import('./writer.ts');
    return htmlPartEncoder;
  },
  difference: async (...paths) => (await import('./difference.ts')).htmlDifference(...paths),
  // Loaded with the first page: a run without one should not pay for it.
  open: async (context) => (await import('./writer.ts')).openPage(context, FILE),
};
