// The frame of every page: header, navigation, content.

import {
  ActionIcon,
  Anchor,
  AppShell,
  Box,
  Burger,
  Button,
  Group,
  Menu,
  NavLink,
  Text,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { spotlight } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { useReachable } from '../api/connection.ts';
import { meQuery, permissionOf } from '../api/me.ts';
import { Failed, Loading } from '../components/states.tsx';
import { texts } from '../texts/index.ts';
import { useKeptFocus } from './focus.ts';
import { grouped } from './grouped.ts';
import { Palette } from './Palette.tsx';
import { type PageLink, pages } from './pages.ts';

export function Shell() {
  const [opened, { toggle, close }] = useDisclosure(false);
  const me = useQuery(meQuery);
  const path = useLocation({ select: ({ pathname }) => pathname });
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useKeptFocus();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the effect is for a change of the address.
  useEffect(() => {
    close();
    // A reader of screens begins with the new page, not with the link that led there.
    if (!isFirst.current) main.current?.focus();
    isFirst.current = false;
  }, [path]);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 240, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="md"
    >
      <a className="skip-link" href="#content">
        {texts.shell.skip}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group wrap="nowrap" gap="xs">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={opened ? texts.shell.closeNavigation : texts.shell.openNavigation}
            />
            <Anchor component={Link} to="/" fw={700} c="inherit" className="brand">
              <img src="/sign-in/icon.svg" alt="" width="20" height="20" />
              {texts.product}
            </Anchor>
          </Group>
          <Group wrap="nowrap" gap="xs">
            <Button variant="default" size="xs" onClick={spotlight.open} aria-keyshortcuts="Control+K">
              {texts.shell.search}
              <Box component="kbd" ml="xs" visibleFrom="sm">
                Ctrl K
              </Box>
            </Button>
            <SchemeMenu />
            <Anchor href="/" size="sm" visibleFrom="sm">
              {texts.shell.frontPage}
            </Anchor>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={texts.shell.navigation} data-closed={!opened || undefined}>
        <Navigation path={path} />
      </AppShell.Navbar>
      <AppShell.Main id="content" ref={main} tabIndex={-1}>
        <ConnectionBanner />
        {me.isPending && <Loading what={texts.shell.account} />}
        {me.isError && <Failed error={me.error} again={() => void me.refetch()} />}
        {me.isSuccess && <Outlet />}
      </AppShell.Main>
      <Palette />
    </AppShell>
  );
}

function Navigation({ path }: { path: string }) {
  const me = useQuery(meQuery).data;
  const isOpen = ({ need }: PageLink) => permissionOf(me, need).allowed;
  const closed = pages.filter((page) => !isOpen(page));
  const opens = new Set(closed.flatMap(({ need }) => permissionOf(me, need).remedies.map(({ text }) => text)));
  return (
    <>
      {grouped(pages, isOpen).map(({ name, links }) => (
        <Box key={name ?? ''} component="section" role={name && 'group'} aria-label={name} mb="xs">
          {name && (
            <Text size="xs" fw={600} c="dimmed" px="sm" py={4} aria-hidden>
              {name}
            </Text>
          )}
          {links.map(({ to, label }) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={label}
              active={isAt(path, to)}
              aria-current={isAt(path, to) ? 'page' : undefined}
            />
          ))}
        </Box>
      ))}
      {me && opens.size > 0 && (
        <Text size="sm" c="dimmed" p="sm" data-state="closed-pages">
          {texts.shell.closedPages} {texts.shell.opensThem} {[...opens].join(' ')}
        </Text>
      )}
      <Anchor href="/" size="sm" hiddenFrom="sm" p="sm">
        {texts.shell.frontPage}
      </Anchor>
    </>
  );
}

const isAt = (path: string, to: string): boolean =>
  to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`);

function SchemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const icons: Record<string, ReactNode> = { light: '\u2600', dark: '\u263e', auto: '\u25d0' };
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="default" aria-label={`${texts.shell.scheme}: ${texts.shell.schemes[colorScheme]}`}>
          <span aria-hidden="true">{icons[colorScheme]}</span>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {(['light', 'dark', 'auto'] as const).map((scheme) => (
          <Menu.Item key={scheme} onClick={() => setColorScheme(scheme)} aria-current={scheme === colorScheme}>
            {texts.shell.schemes[scheme]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function ConnectionBanner() {
  const reachable = useReachable();
  return (
    <div role="status">
      {!reachable && (
        <Text p="sm" mb="md" bd="1px solid orange" data-state="unreachable">
          {texts.connection.banner}
        </Text>
      )}
    </div>
  );
}
