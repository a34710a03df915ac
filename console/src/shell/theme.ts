// The look: one accent, visible focus, and no movement for whoever asks for none.

import { type CSSVariablesResolver, createTheme } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 5 },
  autoContrast: true,
  respectReducedMotion: true,
  focusRing: 'auto',
  fontFamily: 'system-ui, sans-serif',
  headings: { sizes: { h1: { fontSize: '1.6rem' }, h2: { fontSize: '1.3rem' }, h3: { fontSize: '1.1rem' } } },
});

/** The greys of secondary text and of borders, dark enough to be read on every background of the console. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-dimmed': '#555d66', '--mantine-color-placeholder': '#5f6770' },
  dark: { '--mantine-color-dimmed': '#b0b3b8', '--mantine-color-placeholder': '#a0a4aa' },
});
