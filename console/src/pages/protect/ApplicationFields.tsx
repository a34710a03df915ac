// Every field of an application, for one that is new and for one that is changed.

import { Button, Group, Radio, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { texts } from '../../texts/index.ts';
import type { ApplicationForm } from './ApplicationForm.ts';
import { Items, Line, SensitivityChoice } from './Fields.tsx';
import { Operations } from './Operations.tsx';
import { Parts } from './Parts.tsx';
import { RequestMeaning } from './RequestMeaning.tsx';
import type { Sensitivity } from './typed.ts';
import { CheckResult } from './UpstreamCheck.tsx';

const words = texts.pages.protect;

export function ApplicationFields(props: {
  form: ApplicationForm;
  /** The name of an application cannot be changed. */
  isNew: boolean;
  labels?: Record<string, Sensitivity>;
}) {
  const { form, isNew, labels = {} } = props;
  const { typed, change, errorOf, checking, meaning } = form;
  const editing = { typed, change, errorOf };
  const line = (field: 'upstream' | 'name' | 'title' | 'owner') => ({
    label: words.fields[field],
    value: typed[field],
    error: errorOf(field),
    change: (value: string) => change({ [field]: value }),
  });
  return (
    <>
      <Line {...line('upstream')} about={words.upstreamAbout} placeholder="http://127.0.0.1:3000" required />
      <Group>
        <Button
          variant="default"
          loading={checking.isPending}
          disabled={typed.upstream.trim() === ''}
          onClick={() => checking.mutate()}
        >
          {words.check}
        </Button>
      </Group>
      {checking.isSuccess && <CheckResult of={checking.data} />}
      {isNew && <Line {...line('name')} about={words.nameAbout} required />}
      <Line {...line('title')} about={words.titleAbout} />
      <Line {...line('owner')} about={words.ownerAbout} required />
      <Items
        label={words.fields.hosts}
        about={words.hostsAbout}
        value={typed.hosts}
        change={(hosts) => change({ hosts })}
        error={errorOf('hosts')}
      />
      <SensitivityChoice
        label={words.fields.sensitivity}
        about={words.sensitivityAbout}
        value={typed.sensitivity}
        change={(sensitivity) => change({ sensitivity })}
        error={errorOf('sensitivity')}
      />
      <Section id="parts" title={words.parts}>
        <Parts {...editing} labels={labels} />
      </Section>
      <Section id="meaning" title={words.meaningTitle}>
        <RequestMeaning of={meaning} isDeclared={!isNew} />
      </Section>
      <Section id="exchange" title={words.exchange}>
        <Radio.Group
          label={words.fields.request_headers}
          description={words.requestHeadersAbout}
          value={typed.headers}
          onChange={(headers) => change({ headers: headers === 'listed' ? 'listed' : 'rules' })}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="rules" label={words.byRule} />
            <Radio value="listed" label={words.exactly} />
          </Stack>
        </Radio.Group>
        {typed.headers === 'listed' && (
          <Items
            label={words.headerNames}
            about={words.headerNamesAbout}
            value={typed.requestHeaders}
            change={(requestHeaders) => change({ requestHeaders })}
            error={errorOf('request_headers')}
          />
        )}
        <Items
          label={words.fields.download_types}
          about={words.downloadTypesAbout}
          value={typed.downloadTypes}
          change={(downloadTypes) => change({ downloadTypes })}
          error={errorOf('download_types')}
        />
        <Line
          label={words.fields.assertion_header}
          about={words.assertionHeaderAbout}
          placeholder={words.usualHeader}
          value={typed.assertionHeader}
          change={(assertionHeader) => change({ assertionHeader })}
          error={errorOf('assertion_header')}
        />
      </Section>
      <Section id="operations" title={words.fields.operations}>
        <Operations {...editing} />
      </Section>
    </>
  );
}

function Section({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section aria-labelledby={`fields-${id}`}>
      <Stack gap="sm">
        <Title order={2} size="h4" id={`fields-${id}`}>
          {title}
        </Title>
        {children}
      </Stack>
    </section>
  );
}
