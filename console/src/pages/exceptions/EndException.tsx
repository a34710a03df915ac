// Ends an exception before its time.

import { ADMINISTERS } from '../../api/me.ts';
import { ActionButton } from '../../components/ActionButton.tsx';
import { texts } from '../../texts/index.ts';
import { type Exception, endException } from './query.ts';

const words = texts.pages.exceptions;

export function EndException({ exception: { id, policy, group, person, person_name } }: { exception: Exception }) {
  return (
    <ActionButton
      label={words.end}
      preview={words.endConfirm(policy, group ? words.groupNamed(group) : (person_name ?? person ?? ''))}
      need={ADMINISTERS}
      reason={words.reason}
      act={(reason) => endException(id, reason)}
      danger
    />
  );
}
