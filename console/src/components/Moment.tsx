// A moment in the viewer's zone. `ExactMoment` shows the exact UTC when it is pointed at or focused.

import { texts } from '../texts/index.ts';
import { shownMoment } from './moments.ts';

export function Moment({ at }: { at: string | null | undefined }) {
  if (!at) return <>{texts.words.none}</>;
  if (at === 'never') return <>{texts.words.never}</>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the exact moment has to be reachable by keyboard.
    <time dateTime={at} tabIndex={0}>
      {shownMoment(at).local}
    </time>
  );
}
