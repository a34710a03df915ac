// The pattern of an action that needs more than a reason: a form, then what will happen, then the confirmation.

import { Button, Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { type Need, usePermission } from '../api/me.ts';
import { texts } from '../texts/index.ts';
import { Dialogue } from './Dialogue.tsx';
import { shownMoment } from './moments.ts';
import { Failed } from './states.tsx';

/** A field of the form. With `options` it is a choice; with `number` it is a whole number between the two. */
export interface Field {
  name: string;
  label: string;
  about?: string;
  optional?: boolean;
  options?: readonly string[];
  number?: readonly [least: number, most: number];
  /** What stands in the field at first. */
  initial?: string;
}

/** What will happen is read next, whoever reads it how. */
const take = (preview: HTMLElement | null) => preview?.focus({ preventScroll: true });

/** What the person entered, by the name of the field. Fields that were left empty are empty texts. */
export type Entered = Record<string, string>;

export function FormAction(props: {
  label: string;
  need: Need;
  fields: readonly Field[];
  /** Says what will happen. It may ask the server, whose refusal is shown. */
  preview: (entered: Entered) => Promise<ReactNode> | ReactNode;
  act: (entered: Entered) => Promise<unknown>;
}) {
  const { label, need, fields, preview, act } = props;
  const permission = usePermission(need);
  const queries = useQueryClient();
  const [opened, { open, close }] = useDisclosure(false);
  const atFirst = Object.fromEntries(fields.map(({ name, initial = '' }) => [name, initial]));
  const [entered, setEntered] = useState<Entered>(atFirst);
  const showing = useMutation({ mutationFn: async (shown: Entered) => preview(shown) });
  const acting = useMutation({
    mutationFn: act,
    onSuccess: () => {
      close();
      back();
      setEntered(atFirst);
      const message = texts.action.done(shownMoment(new Date().toISOString()).local);
      notifications.show({ title: label, message, color: 'green' });
      return queries.invalidateQueries();
    },
  });
  if (!permission.allowed) return null;
  const isShown = showing.isSuccess;
  const back = () => {
    showing.reset();
    acting.reset();
  };
  const dismiss = () => {
    close();
    // A command that is on its way stays known, so that the dialogue does not send it again when it is opened again.
    if (!acting.isPending) back();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // What was shown is carried out, whatever was typed while it was asked for.
    if (isShown) acting.mutate(showing.variables);
    else showing.mutate(entered);
  };
  return (
    <>
      <Button variant="default" onClick={open}>
        {label}
      </Button>
      <Dialogue opened={opened} onClose={dismiss} title={label}>
        <form onSubmit={submit}>
          <Stack>
            {isShown ? (
              <div data-state="preview" tabIndex={-1} ref={take}>
                {showing.data}
              </div>
            ) : (
              fields.map((field) => (
                <Entry
                  key={field.name}
                  field={field}
                  value={entered[field.name] ?? ''}
                  change={(value) => setEntered((held) => ({ ...held, [field.name]: value }))}
                />
              ))
            )}
            {showing.isError && <Failed error={showing.error} />}
            {acting.isError && <Failed error={acting.error} />}
            <Group justify="end">
              {isShown && (
                <Button variant="default" onClick={back} disabled={acting.isPending}>
                  {texts.form.back}
                </Button>
              )}
              <Button variant="default" onClick={dismiss}>
                {texts.action.cancel}
              </Button>
              <Button key={isShown ? 'act' : 'show'} type="submit" loading={showing.isPending || acting.isPending}>
                {isShown ? label : texts.form.show}
              </Button>
            </Group>
          </Stack>
        </form>
      </Dialogue>
    </>
  );
}

function Entry({ field, value, change }: { field: Field; value: string; change: (value: string) => void }) {
  const { label, about: description, optional, options, number } = field;
  const required = !optional;
  if (options) {
    const data = [...options];
    return (
      <Select
        {...{ label, description, required, data }}
        searchable
        clearable={optional}
        value={value || null}
        onChange={(chosen) => change(chosen ?? '')}
      />
    );
  }
  if (number) {
    const [min, max] = number;
    return (
      <NumberInput
        {...{ label, description, required, min, max }}
        allowDecimal={false}
        value={value === '' ? '' : Number(value)}
        onChange={(typed) => change(String(typed))}
      />
    );
  }
  return (
    <TextInput
      {...{ label, description, required, value }}
      maxLength={2000}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

/** A paragraph of a preview for each of these sentences. */
export function Sentences({ of }: { of: readonly string[] }) {
  return of.map((sentence) => <Text key={sentence}>{sentence}</Text>);
}
