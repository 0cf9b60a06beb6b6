/**
 * One line of a JSON log (NDJSON): when, what, and its fields. Everything beyond ASCII is escaped, so that no control
 * or bidirectional character reaches whoever reads the log raw; a JSON parser gives the text back exactly.
 */
export function logLine(time: Date, event: string, fields: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify({ time: time.toISOString(), event, ...fields });
  return text.replaceAll(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
