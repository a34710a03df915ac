// The chart of predicted against actual: steps over time. It is loaded when it is shown; the table beside it says the same.

import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { texts } from '../../texts/index.ts';
import type { SeriesPoint } from './series.ts';

const words = texts.pages.rollouts;
const HEIGHT = 260;
/** Lines differ in how they are dashed too: no meaning by colour alone. */
const COLOURS = {
  light: { text: '#212529', grid: '#dee2e6', actual: '#1864ab', predicted: '#862e9c', limit: '#c92a2a' },
  dark: { text: '#dee2e6', grid: '#424242', actual: '#74c0fc', predicted: '#e599f7', limit: '#ff8787' },
};

export default function SeriesChart(props: { points: SeriesPoint[]; limit: number | undefined; until: string }) {
  const { points, limit, until } = props;
  const place = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const node = place.current;
    if (!node) return;
    // A canvas does not follow the scheme: another one is another chart.
    const colours = COLOURS[scheme];
    const stepped = uPlot.paths.stepped?.({ align: 1 });
    const line = (label: string, stroke: string, dash?: number[]): uPlot.Series => ({
      label,
      stroke,
      dash,
      width: 2,
      paths: stepped,
      points: { show: false },
    });
    const axis = {
      stroke: colours.text,
      grid: { stroke: colours.grid, width: 1 },
      ticks: { stroke: colours.grid, width: 1 },
    };
    const chart = new uPlot(
      {
        width: node.clientWidth,
        height: HEIGHT,
        cursor: { show: false },
        scales: { y: { range: (_, __, most) => [0, Math.max(1, Math.ceil(most * 1.1))] } },
        axes: [axis, { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000, 100_000] }],
        series: [
          {},
          line(words.actual, colours.actual),
          line(words.predictedLine, colours.predicted, [8, 6]),
          line(words.limit, colours.limit, [2, 4]),
        ],
        legend: { live: false },
      },
      dataOf(points, limit, until),
      node,
    );
    const watching = new ResizeObserver(() => chart.setSize({ width: node.clientWidth, height: HEIGHT }));
    watching.observe(node);
    return () => {
      watching.disconnect();
      chart.destroy();
    };
  }, [points, limit, until, scheme]);
  return <div ref={place} role="img" aria-label={words.chart} />;
}

/** The last point holds until now. */
function dataOf(points: SeriesPoint[], limit: number | undefined, until: string): uPlot.AlignedData {
  const last = points.at(-1);
  const all = last && Date.parse(until) > Date.parse(last.at) ? [...points, { ...last, at: until }] : points;
  return [
    all.map(({ at }) => Date.parse(at) / 1000),
    all.map(({ actual }) => actual),
    all.map(({ predicted }) => predicted ?? null),
    all.map(() => limit ?? null),
  ];
}
