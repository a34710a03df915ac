// The look: one accent, visible focus, and no movement for whoever asks for none.

import { type CSSVariablesResolver, createTheme, Modal } from '@mantine/core';
import { texts } from '../texts/index.ts';

export const theme = createTheme({
  primaryColor: 'indigo',
  // White on the seventh shade is readable in both schemes; on the fifth it is not.
  primaryShade: 7,
  autoContrast: true,
  respectReducedMotion: true,
  // The cross of a dialogue has no word of its own.
  components: { Modal: Modal.extend({ defaultProps: { closeButtonProps: { 'aria-label': texts.action.close } } }) },
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
