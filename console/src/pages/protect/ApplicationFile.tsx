// The application file of what was typed, to copy or to keep.

import { Button, CopyButton, Group, Stack, Text, Title } from '@mantine/core';
import { save } from '../../components/save.ts';
import { texts } from '../../texts/index.ts';
import classes from './ApplicationFile.module.css';
import { fileOf } from './file.ts';
import type { Declaration } from './typed.ts';

const words = texts.pages.protect;

export function ApplicationFile(props: {
  name: string;
  declaration: Declaration;
  /** Whether somebody may keep a file of it already. */
  isDeclared?: boolean;
}) {
  const { name, declaration, isDeclared } = props;
  const text = fileOf(name, declaration);
  return (
    <section aria-labelledby="application-file" className={classes.aside}>
      <Stack gap="xs">
        <Title order={2} size="h3" id="application-file">
          {words.file}
        </Title>
        <Text size="sm" c="dimmed">
          {words.fileAbout}
        </Text>
        {isDeclared && <Text size="sm">{words.fileComments}</Text>}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than the window is scrolled by keyboard too. */}
        <pre className={classes.file} tabIndex={0}>
          {text}
        </pre>
        <Group>
          <CopyButton value={text}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {copied ? words.copied : words.copy}
              </Button>
            )}
          </CopyButton>
          <Button variant="default" onClick={() => save(`${name || 'application'}.toml`, text, 'application/toml')}>
            {words.download}
          </Button>
        </Group>
      </Stack>
    </section>
  );
}
