// The drawing of the map. This file alone knows the library that draws graphs, and is loaded when a map is opened.

import { useComputedColorScheme } from '@mantine/core';
import cytoscape, { type ElementDefinition } from 'cytoscape';
import fcose from 'cytoscape-fcose';
import { useEffect, useRef } from 'react';
import { texts } from '../../texts/index.ts';
import classes from './Graph.module.css';
import { ITEM_MARKS, type MapEdge } from './map.ts';

const words = texts.pages.register;

cytoscape.use(fcose);

// The library would add a style element of its own, which the policy of the document blocks; where one has this id, it
// adds none. Graph.module.css and the library's inline sizes do the same work.
const STYLE_ID = '__________cytoscape_stylesheet';
if (!globalThis.document.getElementById(STYLE_ID)) {
  const mark = globalThis.document.createElement('meta');
  mark.id = STYLE_ID;
  globalThis.document.head.append(mark);
}

export default function Graph({ edges }: { edges: readonly MapEdge[] }) {
  // Known at the first drawing: the library draws on a canvas, which no style sheet reaches later.
  const isDark = useComputedColorScheme('light', { getInitialValueInEffect: false }) === 'dark';
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current) return;
    const graph = cytoscape({
      container: place.current,
      elements: elementsOf(edges, isDark),
      style: [
        {
          selector: 'node',
          style: {
            label: 'data(label)',
            color: isDark ? '#ffffff' : '#101418',
            'background-color': isDark ? '#74c0fc' : '#1f5fae',
            'font-size': 14,
            'text-valign': 'bottom',
            'text-margin-y': 6,
          },
        },
        { selector: 'node[kind = "application"]', style: { shape: 'round-rectangle' } },
        {
          selector: 'edge',
          style: {
            label: 'data(letter)',
            width: 'data(width)',
            'line-color': 'data(colour)',
            'line-style': 'data(line)' as never,
            'target-arrow-color': 'data(colour)',
            'target-arrow-shape': 'triangle',
            'curve-style': 'bezier',
            'control-point-step-size': 36,
            'font-size': 12,
            'font-weight': 'bold',
            color: isDark ? '#ffffff' : '#101418',
            'text-background-color': isDark ? '#242424' : '#ffffff',
            'text-background-opacity': 1,
            'text-background-padding': '2px',
          },
        },
      ],
      layout: { name: 'fcose', animate: false, randomize: true, nodeSeparation: 180, idealEdgeLength: 180 } as never,
      userZoomingEnabled: false,
      maxZoom: 1.5,
    });
    return () => graph.destroy();
  }, [edges, isDark]);
  return <div ref={place} className={classes.graph} role="img" aria-label={words.mapAlternative} />;
}

/** Returns the nodes and the edges. A documented edge is thin; one that nobody authorised is thick. */
function elementsOf(edges: readonly MapEdge[], isDark: boolean): ElementDefinition[] {
  const cohorts = [...new Set(edges.map(({ cohort }) => cohort))];
  const applications = [...new Set(edges.map(({ application }) => application))];
  return [
    ...cohorts.map((cohort) => ({ data: { id: `c ${cohort}`, label: words.cohorts[cohort], kind: 'cohort' } })),
    ...applications.map((name) => ({ data: { id: `a ${name}`, label: name, kind: 'application' } })),
    ...edges.map(({ cohort, application, item, documented }) => {
      const { light, dark, line, letter } = ITEM_MARKS[item];
      const ends = { source: `c ${cohort}`, target: `a ${application}` };
      return { data: { ...ends, letter, line, colour: isDark ? dark : light, width: documented ? 1 : 4 } };
    }),
  ];
}
