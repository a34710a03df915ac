// Which way an answer falls that is evaluated again.

import { DANGER } from '../../components/colours.ts';
import { texts } from '../../texts/index.ts';

const words = texts.pages.again;

export function AnswerEffect({ of: { effect, enforced } }: { of: { effect: string; enforced: boolean } }) {
  if (effect === 'allow') return <>{words.effects.allow}</>;
  return <span style={{ color: DANGER }}>{enforced ? words.effects.deny : words.effects.observed}</span>;
}
