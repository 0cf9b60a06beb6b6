/** Words that only the page needs: the report has all others. A second language is a second file. */
export const EN = {
  skip: 'Skip to the report',
  contents: 'Contents',
  register: {
    title: 'Register',
    intro: (total: string): string => `The detections of the period, ${total} in all, in the order of the list.`,
    one: 'The one detection of the period.',
    none: 'No detection was created in the period.',
    cutTitle: 'Cut list',
    cut: (shown: string, total: string, file: string | null): string =>
      `Showing the first ${shown} of ${total} detections; ${file === null ? 'the run wrote no table that lists the others' : `all are in ${file}`}.`,
    caption: 'Detections of the period',
    sortable: '(the buttons in the head sort it)',
    columns: {
      number: 'No.',
      created: 'Created (UTC)',
      file: 'File and detection',
      id: 'Detection',
      medium: 'Medium',
      result: 'Result',
      label: 'Label or message',
      score: 'Score',
    },
    results: {
      fake: 'Fake',
      indeterminate: 'Indeterminate',
      real: 'Real',
      failed: 'Failed',
      processing: 'Processing',
      other: 'Other',
    },
    media: { audio: 'Audio', image: 'Image', video: 'Video', other: 'Other' },
    noMedium: 'not stated',
    noName: '(no file name)',
    emptyName: '(empty file name)',
    nothingAssessed: 'nothing assessed',
    suspected: 'suspected source: ',
    tools: {
      title: 'Search the register',
      search: 'Search',
      result: 'Result',
      medium: 'Medium',
      all: 'All',
      clear: 'Clear',
      /** With `{first}`, `{last}`, `{matching}`, `{total}`. */
      shown: 'Rows {first} to {last} of {matching}; the register holds {total}.',
      none: 'No row matches; the register holds {total}.',
      pages: 'Pages of the register',
      previous: 'Previous',
      next: 'Next',
      /** With `{page}`, `{pages}`. */
      page: 'Page {page} of {pages}',
    },
  },
};

export type Words = typeof EN;
