// A table as a CSV file (RFC 4180) that a spreadsheet opens without running anything.

/** The media type of such a file. */
export const CSV = 'text/csv';

/** Returns the file of these rows. A value that is not there is an empty cell. */
export function csvOf(columns: readonly string[], rows: readonly (readonly unknown[])[]): string {
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const written = typeof value === 'string' ? value : JSON.stringify(value);
  // A spreadsheet takes a text that begins with one of these for a formula; what is recorded may be a stranger's.
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(written) ? `'${written}` : written;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
