// The command palette: every page by its name, from the keyboard.

import { Spotlight } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { meQuery, permissionOf } from '../api/me.ts';
import { texts } from '../texts/index.ts';
import { pages } from './pages.ts';

export function Palette() {
  const navigate = useNavigate();
  const me = useQuery(meQuery).data;
  const actions = pages
    .filter(({ need }) => permissionOf(me, need).allowed)
    .map(({ to, label }) => ({ id: to, label, onClick: () => void navigate({ to }) }));
  return (
    <Spotlight
      actions={actions}
      shortcut="mod + K"
      nothingFound={texts.shell.searchNone}
      searchProps={{ placeholder: texts.shell.searchHint, 'aria-label': texts.shell.searchHint }}
    />
  );
}
