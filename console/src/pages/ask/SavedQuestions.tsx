// Saved questions: kept in this browser, chosen, replaced and removed.

import { Button, Group, Stack, Text, TextInput, Title, UnstyledButton } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Empty } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { load, type Question, store, withQuestion } from './saved.ts';

const words = texts.pages.ask;

export function SavedQuestions(props: { person: string; sql: string; choose: (sql: string) => void }) {
  const { person, sql, choose } = props;
  const [all, setAll] = useState(() => load(person));
  const [name, setName] = useState('');
  const [isFull, setIsFull] = useState(false);
  const keep = (next: Question[]) => {
    const kept = store(person, next);
    setIsFull(!kept);
    if (kept) setAll(next);
    return kept;
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (keep(withQuestion(all, { name: name.trim(), sql }))) setName('');
  };
  return (
    <section aria-label={words.saved}>
      <Stack gap="xs">
        <div>
          <Title order={2} size="h3">
            {words.saved}
          </Title>
          <Text size="sm" c="dimmed">
            {words.savedAbout}
          </Text>
        </div>
        {all.length === 0 && <Empty>{words.noSaved}</Empty>}
        {all.map((question) => (
          <Group key={question.name} wrap="nowrap">
            <UnstyledButton onClick={() => choose(question.sql)} td="underline">
              {question.name}
            </UnstyledButton>
            <Button
              size="compact-xs"
              variant="default"
              aria-label={words.remove(question.name)}
              onClick={() => keep(all.filter((one) => one !== question))}
            >
              {words.removeShort}
            </Button>
          </Group>
        ))}
        <form onSubmit={submit}>
          <Group align="end">
            <TextInput
              label={words.name}
              required
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button type="submit" variant="default">
              {words.save}
            </Button>
          </Group>
        </form>
        {isFull && <Text role="alert">{words.full}</Text>}
      </Stack>
    </section>
  );
}
