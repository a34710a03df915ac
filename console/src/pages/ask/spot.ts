// Where in a question the server found a fault.

/** A place in a text, counted from 1. */
export interface Spot {
  line: number;
  column: number;
}

/** Returns the place that a refusal names, as in `at line 1, column 8: ...`. */
export function spotOf(message: string): Spot | undefined {
  const [, line, column] = /\bline (\d+), column (\d+)/i.exec(message) ?? [];
  return line && column ? { line: Number(line), column: Number(column) } : undefined;
}

/** Returns the range of characters to mark: from the place to the end of the word there, at least one character. */
export function rangeOf(text: string, { line, column }: Spot): { from: number; to: number } {
  const lines = text.split('\n');
  const at = Math.min(line, lines.length) - 1;
  const start = lines.slice(0, at).reduce((sum, before) => sum + before.length + 1, 0);
  const within = lines[at] ?? '';
  // A place behind the last character of a line is marked at that character.
  const first = Math.max(0, Math.min(column - 1, within.length - 1));
  const word = /^\w+/.exec(within.slice(first))?.[0].length ?? 1;
  return { from: start + first, to: Math.min(start + first + word, text.length) };
}
