// Somebody else changed the application while a person changed it: what they changed, and how to go on without losing either.

import { Alert, Button, Group, List, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Failed, Loading } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import type { Application } from '../applications/query.ts';
import { ChangesTable } from './ChangesTable.tsx';
import { changesOf } from './compare.ts';
import { focusOnShow } from './rows.ts';
import type { Declaration } from './typed.ts';

const words = texts.pages.protect;

export function ChangedMeanwhile(props: {
  base: Application;
  load: () => Promise<Application>;
  goOn: (theirs: Application) => void;
}) {
  const { base, load, goOn } = props;
  const query = useQuery({
    queryKey: ['applications', base.name, 'since', base.version],
    queryFn: load,
    gcTime: 0,
    staleTime: 0,
  });
  return (
    <Alert
      color="yellow"
      variant="outline"
      role="alert"
      title={words.changedMeanwhile}
      data-state="changed-meanwhile"
      tabIndex={-1}
      ref={focusOnShow}
    >
      <Stack gap="sm">
        <Text>{words.changedMeanwhileAbout}</Text>
        {query.isPending && <Loading what={words.theirChanges} />}
        {query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
        {query.isSuccess && (
          <>
            <ChangesTable label={words.theirChanges} changes={changesOf(base.declared, query.data.declared)} />
            <Group>
              <Button onClick={() => goOn(query.data)}>{words.goOn}</Button>
            </Group>
          </>
        )}
      </Stack>
    </Alert>
  );
}

/** Names what both changed, where the form has one's own. */
export function ChangedByBoth({ fields, theirs }: { fields: string[]; theirs: Declaration }) {
  // Compared with nothing, a declaration shows all that it has.
  const values = changesOf({ title: '', owner: '', hosts: [], upstream: '' }, theirs);
  return (
    <Alert color="yellow" variant="outline" role="status" title={words.changedByBoth} data-state="changed-by-both">
      <Stack gap="sm">
        <Text>{words.changedByBothAbout}</Text>
        <List>
          {fields.map((field) => (
            <List.Item key={field}>
              {words.theirs(field, values.find((value) => value.field === field)?.after ?? texts.words.none)}
            </List.Item>
          ))}
        </List>
      </Stack>
    </Alert>
  );
}
