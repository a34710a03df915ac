// What a change does to a file, line by line. A sign and a word say what the colour says.

import { VisuallyHidden } from '@mantine/core';
import { useMemo } from 'react';
import { texts } from '../../texts/index.ts';
import classes from './ChangeView.module.css';
import { type DiffLine, diffOf, hunksOf } from './diff.ts';
import type { Edit } from './draft.ts';

const words = texts.pages.change;
const SIGNS = { add: '+', remove: '-', same: ' ' };

export function ChangeView({ path, edit: { from, to } }: { path: string; edit: Edit }) {
  const hunks = useMemo(() => hunksOf(diffOf(from, to)), [from, to]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than the window is scrolled by keyboard too.
    <section aria-label={words.changesIn(path)} tabIndex={0} className={classes.diff}>
      {hunks.map((hunk, at) => {
        const key = String(at);
        if ('lines' in hunk) return <Lines key={key} of={hunk.lines} />;
        return (
          <div key={key} className={classes.skipped}>
            {words.unchangedLines(hunk.skipped)}
          </div>
        );
      })}
    </section>
  );
}

function Lines({ of }: { of: DiffLine[] }) {
  return of.map(({ kind, text }, at) => {
    const key = `${kind} ${at}`;
    return (
      <div key={key} className={`${classes.line} ${kind === 'same' ? '' : classes[kind]}`}>
        {kind !== 'same' && <VisuallyHidden>{words.lineKinds[kind]}: </VisuallyHidden>}
        <span aria-hidden="true">{SIGNS[kind]} </span>
        {text}
      </div>
    );
  });
}
