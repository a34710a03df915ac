// The tables that can be asked, with what their columns mean.

import { Code, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { DataTable } from '../../components/DataTable.tsx';
import { texts } from '../../texts/index.ts';
import type { Table } from './query.ts';

const words = texts.pages.ask;

export function Tables({ tables, insert }: { tables: readonly Table[]; insert: (name: string) => void }) {
  return (
    <section aria-label={words.tables}>
      <Title order={2} size="h3" mb="xs">
        {words.tables}
      </Title>
      <Stack gap="xs">
        {tables.map(({ name, about, columns }) => (
          <details key={name}>
            <summary>
              <Code>{name}</Code> {about}
            </summary>
            <DataTable
              label={name}
              rows={columns}
              rowKey={(column) => column.name}
              columns={[
                {
                  id: 'name',
                  header: words.column,
                  cell: (column) => (
                    <UnstyledButton
                      td="underline"
                      aria-label={words.insert(column.name)}
                      onClick={() => insert(column.name)}
                    >
                      {column.name}
                    </UnstyledButton>
                  ),
                },
                {
                  id: 'type',
                  header: words.type,
                  cell: ({ type, nullable }) => (
                    <>
                      {type}
                      {nullable && <Text size="sm">{words.nullable}</Text>}
                    </>
                  ),
                },
                { id: 'about', header: words.meaning, cell: (column) => column.about },
              ]}
            />
          </details>
        ))}
      </Stack>
    </section>
  );
}
