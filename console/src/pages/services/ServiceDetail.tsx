// One service account: whose it is, what for, and its tokens.

import { Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ADMINISTERS } from '../../api/me.ts';
import { ActionButton, WhatChangingNeeds } from '../../components/ActionButton.tsx';
import { DataTable } from '../../components/DataTable.tsx';
import { DetailPage } from '../../components/DetailPage.tsx';
import { Moment } from '../../components/Moment.tsx';
import { Named, NamedList } from '../../components/Named.tsx';
import { Empty } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { History } from '../journal/History.tsx';
import { revokeToken, showService } from './query.ts';

const words = texts.pages.services;

export function ServiceDetail() {
  const { service: id = '' } = useParams({ strict: false }) as { service?: string };
  const query = useQuery({ queryKey: ['services', id], queryFn: () => showService(id) });
  return (
    <DetailPage
      kind={words.one}
      query={query}
      title={(service) => service.name}
      facts={(service) => [
        [words.purpose, service.purpose],
        [words.owner, <Named key="owner" id={service.owner} name={service.owner_name} />],
        [words.risk, texts.pages.people.risks[service.risk.level]],
        [words.groups, <NamedList key="groups" kind="group" of={service.groups} />],
        [words.id, service.id],
      ]}
    >
      {(service) => (
        <>
          <section>
            <Title order={2} size="h3" mb="xs">
              {words.tokens}
            </Title>
            <WhatChangingNeeds need={ADMINISTERS} />
            {service.tokens.length === 0 ? (
              <Empty>{words.noTokens}</Empty>
            ) : (
              <DataTable
                label={words.tokens}
                rows={service.tokens}
                rowKey={(token) => token.id}
                columns={[
                  { id: 'id', header: words.id, cell: (token) => token.id },
                  {
                    id: 'application',
                    header: words.application,
                    cell: (token) =>
                      token.application ? <Named id={`application:${token.application}`} /> : words.api,
                  },
                  {
                    id: 'commands',
                    header: words.commands,
                    cell: (token) => token.commands?.join(', ') || words.onlyReads,
                  },
                  {
                    id: 'key',
                    header: words.bound,
                    cell: (token) => (token.key_sha256 ? texts.words.yes : texts.words.no),
                  },
                  { id: 'expires', header: words.expires, cell: (token) => <Moment at={token.expires_at} /> },
                  {
                    id: 'revoke',
                    header: words.revoke,
                    cell: (token) =>
                      token.expired ? (
                        words.expired
                      ) : (
                        <ActionButton
                          label={words.revoke}
                          preview={words.revokeConfirm(service.name)}
                          need={ADMINISTERS}
                          act={() => revokeToken(token.id)}
                          danger
                        />
                      ),
                  },
                ]}
              />
            )}
          </section>
          <History about={service.id} />
        </>
      )}
    </DetailPage>
  );
}
