// One device: whose it is, and what its checks say.

import { Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { DataTable } from '../../components/DataTable.tsx';
import { DetailPage } from '../../components/DetailPage.tsx';
import { Moment } from '../../components/Moment.tsx';
import { shownSpan } from '../../components/moments.ts';
import { Named } from '../../components/Named.tsx';
import { Empty } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { History } from '../journal/History.tsx';
import { showDevice } from './query.ts';

const words = texts.pages.devices;

export function DeviceDetail() {
  const { device: id = '' } = useParams({ strict: false }) as { device?: string };
  const query = useQuery({ queryKey: ['devices', id], queryFn: () => showDevice(id) });
  return (
    <DetailPage
      kind={words.one}
      query={query}
      title={(device) => device.name}
      facts={(device) => [
        [words.platform, device.platform],
        [words.owner, <Named key="owner" id={device.owner} name={device.owner_name} />],
        [words.managed, device.managed ? texts.words.yes : texts.words.no],
        [words.compliant, device.compliant ? texts.words.yes : texts.words.no],
        [words.collected, <Moment key="collected" at={device.collected_at} />],
        [words.age, device.posture_age_seconds == null ? undefined : shownSpan(device.posture_age_seconds)],
        [words.key, device.key_sha256 ?? texts.words.none],
        [words.id, device.id],
      ]}
    >
      {(device) => {
        const checks = Object.entries(device.checks);
        return (
          <>
            <section>
              <Title order={2} size="h3" mb="xs">
                {words.checks}
              </Title>
              {checks.length === 0 ? (
                <Empty>{words.noChecks}</Empty>
              ) : (
                <DataTable
                  label={words.checks}
                  rows={checks}
                  rowKey={([name]) => name}
                  columns={[
                    { id: 'check', header: words.check, cell: ([name]) => name.replaceAll('_', ' ') },
                    { id: 'result', header: words.result, cell: ([, result]) => words.results[result] },
                  ]}
                />
              )}
            </section>
            <History about={device.id} />
          </>
        );
      }}
    </DetailPage>
  );
}
