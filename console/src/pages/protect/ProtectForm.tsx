// The form of an application, with its file beside it. What was shown is declared, and nothing else.

import { Button, Group, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { ProblemError } from '../../api/problem.ts';
import { Failed } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { ApplicationFile } from './ApplicationFile.tsx';
import { type Declaration, declarationOf, fieldOf, nothingTyped, type Typed } from './file.ts';
import { PreviewOfDeclaration } from './PreviewOfDeclaration.tsx';
import { checkUpstream, declare, previewDeclaration, type UpstreamCheck } from './query.ts';
import { CheckResult } from './UpstreamCheck.tsx';

const words = texts.pages.protect;
const sensitivities = Object.entries(texts.pages.applications.sensitivities).map(([value, label]) => ({
  value,
  label,
}));

/** What is shown before it is declared. `check` is missing if the server did not carry the check out. */
export interface Shown {
  name: string;
  declaration: Declaration;
  check: UpstreamCheck | undefined;
}

const checked = ({ upstream, hosts }: Declaration) => checkUpstream(upstream, hosts[0]);

async function preview(name: string, declaration: Declaration): Promise<Shown> {
  const declared = await previewDeclaration(name, declaration);
  // The check informs; a server that is busy with others, or may not connect there, stops nobody from declaring.
  const check = await checked(declaration).catch(() => undefined);
  return { name, declaration: { ...declaration, upstream: declared.declared.upstream }, check };
}

export function ProtectForm() {
  const [typed, setTyped] = useState<Typed>(nothingTyped);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const checking = useMutation({ mutationFn: () => checked(declarationOf(typed)) });
  const showing = useMutation({ mutationFn: () => preview(typed.name.trim(), declarationOf(typed)) });
  const declaring = useMutation({
    mutationFn: ({ name, declaration }: Shown) => declare(name, declaration),
    onSuccess: ({ name }) => {
      void queries.invalidateQueries();
      void navigate({ to: `/applications/${name}/first` });
    },
  });
  const change = (field: keyof Typed) => (value: string) => {
    setTyped((held) => ({ ...held, [field]: value }));
    checking.reset();
    showing.reset();
    declaring.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    showing.mutate();
  };
  const error = declaring.error ?? showing.error ?? checking.error;
  const problem = error instanceof ProblemError ? error.problem : undefined;
  const faulty = fieldOf(problem?.field);
  const errorOf = (field: keyof Typed) =>
    faulty === field && problem ? words.refused(problem.detail, problem.remedy ?? undefined) : undefined;
  const fields = { typed, change, errorOf };
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="xl">
      <Stack>
        {showing.isSuccess ? (
          <PreviewOfDeclaration
            shown={showing.data}
            isPending={declaring.isPending}
            back={() => {
              showing.reset();
              declaring.reset();
            }}
            declare={() => declaring.mutate(showing.data)}
          />
        ) : (
          <form onSubmit={submit} aria-label={words.form}>
            <Stack>
              <Line
                field="upstream"
                about={words.upstreamAbout}
                placeholder="http://127.0.0.1:3000"
                required
                {...fields}
              />
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
              <Line field="name" about={words.nameAbout} required {...fields} />
              <Line field="title" about={words.titleAbout} {...fields} />
              <Line field="owner" about={words.ownerAbout} required {...fields} />
              <Textarea
                label={words.fields.hosts}
                description={words.hostsAbout}
                autosize
                value={typed.hosts}
                error={errorOf('hosts')}
                onChange={(event) => change('hosts')(event.currentTarget.value)}
              />
              <Select
                label={words.fields.sensitivity}
                description={words.sensitivityAbout}
                data={sensitivities}
                clearable
                value={typed.sensitivity || null}
                error={errorOf('sensitivity')}
                onChange={(value) => change('sensitivity')(value ?? '')}
              />
              <Text size="sm">{words.observes}</Text>
              <Group>
                <Button type="submit" loading={showing.isPending}>
                  {texts.form.show}
                </Button>
              </Group>
            </Stack>
          </form>
        )}
        {error && (!faulty || showing.isSuccess) && <Failed error={error} />}
      </Stack>
      <ApplicationFile name={typed.name.trim()} declaration={showing.data?.declaration ?? declarationOf(typed)} />
    </SimpleGrid>
  );
}

function Line(props: {
  field: Exclude<keyof Typed, 'sensitivity'>;
  about: string;
  placeholder?: string;
  required?: boolean;
  typed: Typed;
  change: (field: keyof Typed) => (value: string) => void;
  errorOf: (field: keyof Typed) => string | undefined;
}) {
  const { field, about, placeholder, required, typed, change, errorOf } = props;
  return (
    <TextInput
      label={words.fields[field]}
      description={about}
      {...{ placeholder, required }}
      maxLength={2000}
      autoComplete="off"
      spellCheck={false}
      value={typed[field]}
      error={errorOf(field)}
      onChange={(event) => change(field)(event.currentTarget.value)}
    />
  );
}
