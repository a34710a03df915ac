// The form of an application that is declared. What was shown is declared, unless somebody else changed it meanwhile.

import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ProblemError } from '../../api/problem.ts';
import { shownMoment } from '../../components/moments.ts';
import { Failed } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { type Application, showApplication } from '../applications/query.ts';
import { ApplicationFields } from './ApplicationFields.tsx';
import { ApplicationFile } from './ApplicationFile.tsx';
import { checked, useApplicationForm } from './ApplicationForm.ts';
import { ChangedByBoth, ChangedMeanwhile } from './ChangedMeanwhile.tsx';
import { type Change, changesOf, merged } from './compare.ts';
import { PreviewOfChange } from './PreviewOfChange.tsx';
import { changeDeclaration, previewChange, type UpstreamCheck } from './query.ts';
import { type Declaration, declarationOf, type Sensitivity, type Typed, typedOf } from './typed.ts';

const words = texts.pages.protect;

/** What is shown before it is declared. */
export interface ShownChange {
  declaration: Declaration;
  changes: Change[];
  /** The result of the check, if the upstream is another one and the server carried the check out. */
  check: UpstreamCheck | undefined;
}

async function preview({ name, version, declared }: Application, typed: Typed): Promise<ShownChange> {
  const declaration = declarationOf(typed, declared.stage);
  const next = (await previewChange(name, declaration, version)).declared;
  const check = next.upstream === declared.upstream ? undefined : await checked(next).catch(() => undefined);
  return { declaration: next, changes: changesOf(declared, next), check };
}

export function ChangeForm({ application }: { application: Application }) {
  // What the changes are made in. It is replaced when somebody else changed the declaration meanwhile.
  const [base, setBase] = useState(application);
  const [both, setBoth] = useState<string[]>([]);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { name } = base;
  const form = useApplicationForm({
    initial: typedOf(name, base.declared),
    stage: base.declared.stage ?? 'enforce',
    isNew: false,
    preview: (typed) => preview(base, typed),
    commit: ({ declaration }: ShownChange) => changeDeclaration(name, declaration, base.version),
    done: () => {
      const message = texts.action.done(shownMoment(new Date().toISOString()).local);
      notifications.show({ title: words.change, message, color: 'green' });
      void queries.invalidateQueries();
      void navigate({ to: `/applications/${name}` });
    },
  });
  const { shown, error } = form;
  const isOutdated = error instanceof ProblemError && error.problem.field === 'expected_version';
  const goOn = (theirs: Application) => {
    const found = merged(base.declared, declarationOf(form.typed, base.declared.stage), theirs.declared);
    setBase(theirs);
    setBoth(found.both);
    form.replace(typedOf(name, found.declaration));
  };
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="xl">
      <Stack>
        {isOutdated && <ChangedMeanwhile base={base} load={() => showApplication(name)} goOn={goOn} />}
        {!isOutdated && both.length > 0 && <ChangedByBoth fields={both} theirs={base.declared} />}
        {shown ? (
          <PreviewOfChange
            shown={shown}
            isPending={form.isCommitting}
            isOutdated={isOutdated}
            back={form.back}
            confirm={form.commit}
          />
        ) : (
          <form onSubmit={form.submit} aria-label={words.form} ref={form.element}>
            <Stack>
              <ApplicationFields form={form} isNew={false} labels={labelsByPart(base)} />
              <Text size="sm">{words.stageStays}</Text>
              <Group>
                <Button type="submit" loading={form.isShowing}>
                  {texts.form.show}
                </Button>
              </Group>
            </Stack>
          </form>
        )}
        {error && !isOutdated && <Failed error={error} />}
      </Stack>
      <ApplicationFile name={name} declaration={shown?.declaration ?? form.declaration} isDeclared />
    </SimpleGrid>
  );
}

/** Labels that were set later have the whole name of a resource. */
const labelsByPart = ({ name, labels }: Application): Record<string, Sensitivity> =>
  Object.fromEntries(Object.entries(labels).map(([resource, label]) => [resource.slice(name.length + 1), label]));
