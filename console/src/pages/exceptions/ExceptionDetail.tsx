// One exception, with its history. Once it was ended, only the journal knows it.

import { Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ADMINISTERS } from '../../api/me.ts';
import { WhatChangingNeeds } from '../../components/ActionButton.tsx';
import { DetailPage } from '../../components/DetailPage.tsx';
import { Moment } from '../../components/Moment.tsx';
import { Named } from '../../components/Named.tsx';
import { texts } from '../../texts/index.ts';
import { History } from '../journal/History.tsx';
import { EndException } from './EndException.tsx';
import { Where, Whom } from './ExceptionList.tsx';
import { endingOf } from './order.ts';
import { showException } from './query.ts';

const words = texts.pages.exceptions;

export function ExceptionDetail() {
  const { exception: id = '' } = useParams({ strict: false }) as { exception?: string };
  const query = useQuery({ queryKey: ['exceptions', 'one', id], queryFn: () => showException(id) });
  if (query.isSuccess && query.data === null) {
    return (
      <Stack gap="lg">
        <Title order={1}>{words.noSuch}</Title>
        <Text>{words.noSuchDetail}</Text>
        <History about={id} />
      </Stack>
    );
  }
  return (
    <DetailPage
      kind={words.one}
      query={query}
      title={(exception) => words.titleOf(exception?.policy ?? '')}
      facts={(exception) =>
        exception
          ? [
              [words.for, <Whom key="for" exception={exception} />],
              [words.application, <Where key="where" exception={exception} />],
              [words.owner, <Named key="owner" id={exception.owner} name={exception.owner_name} />],
              [words.authority, exception.authority],
              [words.reason, exception.reason],
              [words.opened, <Moment key="opened" at={exception.opened_at} />],
              [words.ends, <Moment key="ends" at={exception.expires_at} />],
              [words.ending, words.endings[endingOf(exception, Date.now())]],
              [texts.pages.people.id, exception.id],
            ]
          : []
      }
      actions={(exception) => exception && <EndException exception={exception} />}
    >
      {() => (
        <>
          <WhatChangingNeeds need={ADMINISTERS} />
          <History about={id} />
        </>
      )}
    </DetailPage>
  );
}
