// A moment in the viewer's zone, with the exact UTC when it is pointed at or focused.

import { Tooltip } from '@mantine/core';
import { texts } from '../texts/index.ts';
import { shownMoment } from './moments.ts';

export function Moment({ at }: { at: string | null | undefined }) {
  if (!at) return <>{texts.words.none}</>;
  if (at === 'never') return <>{texts.words.never}</>;
  const { local, utc } = shownMoment(at);
  return (
    <Tooltip label={utc} events={{ hover: true, focus: true, touch: true }}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the exact moment has to be reachable by keyboard. */}
      <time dateTime={at} tabIndex={0}>
        {local}
      </time>
    </Tooltip>
  );
}
