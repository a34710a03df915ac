// The tests of the policies, run by the server on the set with the change.

import { Alert, Button, Group, List, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { DataTable } from '../../components/DataTable.tsx';
import { Empty, Failed } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { type DraftPlace, type Files, type PolicyTest, testDraft } from './query.ts';

const words = texts.pages.change;

export function DraftTests({ files, goTo }: { files: Files; goTo: (place: DraftPlace) => void }) {
  const running = useMutation({ mutationFn: testDraft });
  // A result counts for the files that were tested, and for no others.
  const isOfThese = running.variables === files;
  const results = running.isSuccess && isOfThese ? running.data : undefined;
  return (
    <section aria-labelledby="policy-tests">
      <Stack gap="sm">
        <Title order={2} size="h3" id="policy-tests">
          {words.tests}
        </Title>
        <Group>
          <Button variant="default" loading={running.isPending} onClick={() => running.mutate(files)}>
            {words.runTests}
          </Button>
        </Group>
        {running.isError && isOfThese && <Failed error={running.error} />}
        {!results && !running.isError && <Empty>{words.testsAbout}</Empty>}
        {results && results.tests.length === 0 && <Empty>{words.noTests}</Empty>}
        {results && results.tests.length > 0 && (
          <div data-state={results.failed > 0 ? 'tests-failed' : 'tests-passed'}>
            <Alert
              color={results.failed > 0 ? 'red' : 'green'}
              variant="outline"
              role="status"
              title={words.counted(results.passed, results.failed)}
            />
            <DataTable
              label={words.tests}
              rows={results.tests.toSorted((a, b) => Number(a.passed) - Number(b.passed))}
              rowKey={({ file, line }) => `${file} ${line}`}
              columns={[
                { id: 'result', header: words.result, cell: ({ passed }) => (passed ? words.passed : words.failed) },
                { id: 'name', header: words.test, cell: (test) => <Name of={test} /> },
                { id: 'got', header: words.got, cell: ({ got }) => words.answers[got] },
                {
                  id: 'because',
                  header: words.because,
                  cell: ({ determining }) => determining.join(', ') || texts.words.none,
                },
                {
                  id: 'at',
                  header: words.file,
                  cell: (test) => (
                    <Button variant="default" size="compact-sm" onClick={() => goTo(test)}>
                      {words.at(test.file, test.line)}
                    </Button>
                  ),
                },
              ]}
            />
          </div>
        )}
      </Stack>
    </section>
  );
}

function Name({ of: { name, reasons } }: { of: PolicyTest }) {
  return (
    <>
      <Text>{name}</Text>
      {reasons.length > 0 && (
        <List size="sm">
          {reasons.map((reason) => (
            <List.Item key={reason}>{reason}</List.Item>
          ))}
        </List>
      )}
    </>
  );
}
