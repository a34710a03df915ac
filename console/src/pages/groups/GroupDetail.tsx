// One group: what it is for, and who is in it.

import { Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ADMINISTERS } from '../../api/me.ts';
import { ActionButton, WhatChangingNeeds } from '../../components/ActionButton.tsx';
import { DataTable } from '../../components/DataTable.tsx';
import { DetailPage } from '../../components/DetailPage.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { Empty } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { History } from '../journal/History.tsx';
import { joinGroup, leaveGroup, type Member, showGroup } from './query.ts';

const words = texts.pages.groups;

export function GroupDetail() {
  const { group: name = '' } = useParams({ strict: false }) as { group?: string };
  const query = useQuery({ queryKey: ['groups', name], queryFn: () => showGroup(name) });
  return (
    <DetailPage
      kind={words.one}
      query={query}
      title={(group) => group.name}
      facts={(group) => [[words.purpose, group.purpose || texts.words.none]]}
      actions={(group) => (
        <ActionButton
          label={words.join}
          preview={words.joinConfirm(group.name)}
          need={ADMINISTERS}
          reason={words.newMember}
          act={(member) => joinGroup(group.name, member)}
        />
      )}
    >
      {(group) => (
        <>
          <section>
            <Title order={2} size="h3" mb="xs">
              {words.members}
            </Title>
            <WhatChangingNeeds need={ADMINISTERS} />
            {group.members.length === 0 ? (
              <Empty>{words.noMembers}</Empty>
            ) : (
              <DataTable
                label={words.members}
                rows={group.members}
                rowKey={({ id }) => id}
                columns={[
                  { id: 'name', header: words.name, cell: (member) => <MemberLink member={member} /> },
                  { id: 'kind', header: words.kind, cell: ({ kind }) => words.kinds[kind] },
                  {
                    id: 'leave',
                    header: words.leave,
                    cell: (member) => (
                      <ActionButton
                        label={words.leave}
                        preview={words.leaveConfirm(member.name, group.name)}
                        need={ADMINISTERS}
                        act={() => leaveGroup(group.name, member.id)}
                        danger
                      />
                    ),
                  },
                ]}
              />
            )}
          </section>
          <History about={`group:${group.name}`} />
        </>
      )}
    </DetailPage>
  );
}

function MemberLink({ member: { id, kind, name } }: { member: Member }) {
  const at = { person: `/people/${id}`, group: `/groups/${id}`, service: `/services/${id}` }[kind];
  return <RouteLink to={at}>{name}</RouteLink>;
}
