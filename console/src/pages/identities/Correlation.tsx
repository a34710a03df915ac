// Where correlation stands: of what the lists are, and how many accounts wait.

import { Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Moment } from '../../components/Moment.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { correlation } from './query.ts';

const words = texts.pages.identities;

/** How often it is asked again while the last result is not of now, in milliseconds. */
const AGAIN = 3_000;

export function Correlation() {
  const { data } = useQuery({
    queryKey: ['identities', 'correlation'],
    queryFn: correlation,
    refetchInterval: ({ state }) => (state.data?.current ? false : AGAIN),
  });
  const queries = useQueryClient();
  const ended = data?.last?.ended_at;
  const shown = useRef(ended);
  useEffect(() => {
    const isNewer = shown.current !== undefined && shown.current !== ended;
    shown.current = ended;
    // What the page shows is of the result before.
    if (isNewer)
      void queries.invalidateQueries({ predicate: ({ queryKey: [of] }) => String(of).startsWith('identit') });
  }, [ended, queries]);
  if (!data) return null;
  const { last, current, failure } = data;
  return (
    <Text size="sm" data-state={current ? 'current' : 'old'}>
      {last ? (
        <>
          {words.correlated} <Moment at={last.ended_at} />.{' '}
          <RouteLink to="/identities/queue" isUnderlined>
            {words.waiting(last.proposed + last.disputed)}
          </RouteLink>{' '}
        </>
      ) : (
        words.never
      )}
      {!current && ` ${failure ? words.failed(failure) : words.old}`}
    </Text>
  );
}
