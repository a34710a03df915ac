// The form of a new application, with its file beside it. What was shown is declared, and nothing else.

import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Failed } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { ApplicationFields } from './ApplicationFields.tsx';
import { ApplicationFile } from './ApplicationFile.tsx';
import { checked, useApplicationForm } from './ApplicationForm.ts';
import { PreviewOfDeclaration } from './PreviewOfDeclaration.tsx';
import { declare, previewDeclaration, type UpstreamCheck } from './query.ts';
import { type Declaration, declarationOf, nothingTyped, type Typed } from './typed.ts';

const words = texts.pages.protect;

/** What is shown before it is declared. `check` is missing if the server did not carry the check out. */
export interface Shown {
  name: string;
  declaration: Declaration;
  check: UpstreamCheck | undefined;
}

async function preview(typed: Typed): Promise<Shown> {
  const [name, declaration] = [typed.name.trim(), declarationOf(typed)];
  const declared = await previewDeclaration(name, declaration);
  // The check informs; a server that is busy with others, or may not connect there, stops nobody from declaring.
  const check = await checked(declaration).catch(() => undefined);
  return { name, declaration: { ...declaration, upstream: declared.declared.upstream }, check };
}

export function ProtectForm() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const form = useApplicationForm({
    initial: nothingTyped,
    stage: 'observe',
    isNew: true,
    preview,
    commit: ({ name, declaration }: Shown) => declare(name, declaration),
    done: ({ name }) => {
      void queries.invalidateQueries();
      void navigate({ to: `/applications/${name}/first` });
    },
  });
  const { shown, error } = form;
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="xl">
      <Stack>
        {shown ? (
          <PreviewOfDeclaration shown={shown} isPending={form.isCommitting} back={form.back} declare={form.commit} />
        ) : (
          <form onSubmit={form.submit} aria-label={words.form} ref={form.element}>
            <Stack>
              <ApplicationFields form={form} isNew />
              <Text size="sm">{words.observes}</Text>
              <Group>
                <Button type="submit" loading={form.isShowing}>
                  {texts.form.show}
                </Button>
              </Group>
            </Stack>
          </form>
        )}
        {error && <Failed error={error} />}
      </Stack>
      <ApplicationFile name={form.typed.name.trim()} declaration={shown?.declaration ?? form.declaration} />
    </SimpleGrid>
  );
}
