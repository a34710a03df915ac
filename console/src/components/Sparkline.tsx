// A small line of one figure over some days. A day of which nothing is known is a gap. The text beside it says the same.

import classes from './Sparkline.module.css';
import { HEIGHT, segmentsOf, WIDTH } from './sparkline.ts';

export function Sparkline({ values, label }: { values: readonly (number | null)[]; label: string }) {
  return (
    <svg
      className={classes.line}
      role="img"
      aria-label={label}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
    >
      {segmentsOf(values).map((points) =>
        points.length === 1 && points[0] ? (
          <circle key={points[0].x} className={classes.dot} cx={points[0].x} cy={points[0].y} r={1.5} />
        ) : (
          <polyline key={points[0]?.x} points={points.map(({ x, y }) => `${x},${y}`).join(' ')} />
        ),
      )}
    </svg>
  );
}
