// Adds a file to the set that is being changed.

import { Button, Group, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { texts } from '../../texts/index.ts';
import { isPolicyPath } from './draft.ts';

const words = texts.pages.change;

export function AddFile({ taken, add }: { taken: readonly string[]; add: (path: string) => void }) {
  const [path, setPath] = useState('');
  const [error, setError] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const typed = path.trim();
    if (!isPolicyPath(typed)) return setError(words.badPath);
    if (taken.includes(typed)) return setError(words.pathTaken);
    setError(undefined);
    setPath('');
    add(typed);
  };
  return (
    <form onSubmit={submit}>
      <Group align="end">
        <TextInput
          label={words.newFile}
          description={words.newFileAbout}
          value={path}
          error={error}
          onChange={(event) => setPath(event.currentTarget.value)}
          required
        />
        <Button type="submit" variant="default">
          {words.addFile}
        </Button>
      </Group>
    </form>
  );
}
