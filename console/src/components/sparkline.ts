// Where the points of a sparkline are.

export const WIDTH = 120;
export const HEIGHT = 28;
const MARGIN = 3;

export interface Point {
  x: number;
  y: number;
}

/** Returns the points of each run of known values. The lowest value lies at the bottom, unless all are equal. */
export function segmentsOf(values: readonly (number | null)[]): Point[][] {
  const known = values.filter((value): value is number => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const step = values.length > 1 ? (WIDTH - 2 * MARGIN) / (values.length - 1) : 0;
  const heightOf = (value: number) => (high === low ? 0.5 : (value - low) / (high - low));
  const segments: Point[][] = [[]];
  values.forEach((value, place) => {
    if (value === null) {
      segments.push([]);
      return;
    }
    const x = rounded(MARGIN + place * step);
    const y = rounded(HEIGHT - MARGIN - heightOf(value) * (HEIGHT - 2 * MARGIN));
    segments.at(-1)?.push({ x, y });
  });
  return segments.filter((points) => points.length > 0);
}

const rounded = (n: number): number => Math.round(n * 10) / 10;
