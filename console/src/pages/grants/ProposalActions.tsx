// What can be done with a proposal that waits: countersign it, refuse it, or take one's own back.

import { Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ANSWERS, meQuery } from '../../api/me.ts';
import { ActionButton } from '../../components/ActionButton.tsx';
import { texts } from '../../texts/index.ts';
import { countersign, type Proposal, refuseProposal } from './query.ts';

const words = texts.pages.proposals;

export function ProposalActions({ proposal }: { proposal: Proposal }) {
  const me = useQuery(meQuery).data;
  if (proposal.state !== 'open') return null;
  const { id, digest, text } = proposal;
  const isOwn = proposal.by === me?.id;
  const author = proposal.email ?? proposal.by_name ?? proposal.by;
  return (
    <Group gap="xs">
      {proposal.caller?.may && (
        <ActionButton
          label={words.countersign}
          preview={words.countersignConfirm(author, text)}
          need={ANSWERS}
          act={() => countersign(id, digest)}
        />
      )}
      <ActionButton
        label={isOwn ? words.takeBack : words.refuse}
        preview={isOwn ? words.takeBackConfirm : words.refuseConfirm(author)}
        need={ANSWERS}
        reason={texts.pages.grants.reason}
        act={(reason) => refuseProposal(id, reason)}
        danger
      />
    </Group>
  );
}
