// What can be done with a grant: approve or refuse a request, revoke what is active.

import { Group } from '@mantine/core';
import { ANSWERS } from '../../api/me.ts';
import { ActionButton } from '../../components/ActionButton.tsx';
import { shownSpan } from '../../components/moments.ts';
import { texts } from '../../texts/index.ts';
import { approveGrant, type Grant, refuseGrant, revokeGrant } from './query.ts';

const words = texts.pages.grants;

export function GrantActions({ grant }: { grant: Grant }) {
  const { id, email, application, state, caller } = grant;
  if (state === 'active') {
    return (
      <ActionButton
        key="revoke"
        label={words.revoke}
        preview={words.revokeConfirm(email, application)}
        need={ANSWERS}
        reason={words.reason}
        act={(reason) => revokeGrant(id, reason)}
        danger
      />
    );
  }
  if (state !== 'requested') return null;
  return (
    <Group gap="xs">
      {caller?.may && (
        <ActionButton
          label={words.approve}
          preview={words.approveConfirm(email, application, shownSpan(grant.duration_seconds), grant.reason)}
          need={ANSWERS}
          act={() => approveGrant(id)}
        />
      )}
      <ActionButton
        label={words.refuse}
        preview={words.refuseConfirm(email, application)}
        need={ANSWERS}
        reason={words.reason}
        act={(reason) => refuseGrant(id, reason)}
        danger
      />
    </Group>
  );
}
