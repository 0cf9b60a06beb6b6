export const signOff = {
  statement: 'The persons below have read this report and take note of what it states.',
  report: (id: string): string => `Report id: ${id}.`,
  caption: 'Signatures',
  columns: ['Role', 'Name', 'Date', 'Signature'],
  note: 'To be filled in on paper, or in a copy: a file that was changed no longer has the SHA-256 that the run was sealed with.',
} as const;
