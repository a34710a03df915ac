// The difference of two texts, line by line.

export interface DiffLine {
  kind: 'add' | 'remove' | 'same';
  text: string;
}

/** Texts whose changed parts have more pairs of lines than this are compared as wholes: it would take too long. */
const MOST_PAIRS = 4_000_000;

const linesOf = (text: string | null): string[] => (text === null || text === '' ? [] : text.split('\n'));

/** Returns the lines of both texts, in order: a longest common part stays, the rest is removed or added. */
export function diffOf(from: string | null, to: string | null): DiffLine[] {
  const [before, after] = [linesOf(from), linesOf(to)];
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const middle = compared(before.slice(start, before.length - end), after.slice(start, after.length - end));
  const same = (text: string): DiffLine => ({ kind: 'same', text });
  return [...before.slice(0, start).map(same), ...middle, ...before.slice(before.length - end).map(same)];
}

function compared(before: string[], after: string[]): DiffLine[] {
  const removed = before.map((text): DiffLine => ({ kind: 'remove', text }));
  const added = after.map((text): DiffLine => ({ kind: 'add', text }));
  if (before.length * after.length > MOST_PAIRS) return [...removed, ...added];
  const common = commonLengths(before, after);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < before.length && j < after.length) {
    if (before[i] === after[j]) {
      lines.push({ kind: 'same', text: before[i] ?? '' });
      i += 1;
      j += 1;
    } else if ((common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0)) {
      lines.push({ kind: 'remove', text: before[i] ?? '' });
      i += 1;
    } else {
      lines.push({ kind: 'add', text: after[j] ?? '' });
      j += 1;
    }
  }
  return [...lines, ...removed.slice(i), ...added.slice(j)];
}

/** Returns, for each pair of places, how many lines the rests of both texts from there on have in common. */
function commonLengths(before: string[], after: string[]): number[][] {
  const common = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    const [row, below] = [common[i] ?? [], common[i + 1] ?? []];
    for (let j = after.length - 1; j >= 0; j -= 1) {
      row[j] = before[i] === after[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return common;
}

/** A part of a difference: changed lines with the lines around them, or a number of lines that are left out. */
export type Hunk = { lines: DiffLine[] } | { skipped: number };

/** Returns the difference with at most `around` unchanged lines beside each change. */
export function hunksOf(lines: readonly DiffLine[], around = 3): Hunk[] {
  const isShown = lines.map((_, at) =>
    lines.slice(Math.max(0, at - around), at + around + 1).some(({ kind }) => kind !== 'same'),
  );
  const hunks: Hunk[] = [];
  lines.forEach((line, at) => {
    const last = hunks.at(-1);
    if (isShown[at]) {
      if (last && 'lines' in last) last.lines.push(line);
      else hunks.push({ lines: [line] });
    } else if (last && 'skipped' in last) last.skipped += 1;
    else hunks.push({ skipped: 1 });
  });
  return hunks;
}
