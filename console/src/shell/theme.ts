// The look: one accent, visible focus, and no movement for whoever asks for none. The pages that the server renders have
// the same colours (crates/stylesheet/src/pages.css).

import { type CSSVariablesResolver, createTheme, type MantineColorsTuple, Modal } from '@mantine/core';
import { texts } from '../texts/index.ts';

/** Text, secondary text, borders and grounds of the dark scheme, from the brightest on. Slate, not black: pages are long. */
const dark: MantineColorsTuple = [
  '#dfe2e6',
  '#c4c9cf',
  '#adb3ba',
  '#7f8790',
  '#454c55',
  '#2f343b',
  '#252930',
  '#1d2025',
  '#15171b',
  '#0f1114',
];

export const theme = createTheme({
  black: '#1a1d21',
  colors: { dark },
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

/**
 * The greys of secondary text, dark enough to be read on every background of the console; links; and the ground beside the
 * page, on which header and navigation stand.
 */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#555d66',
    '--mantine-color-placeholder': '#5f6770',
    '--mantine-color-anchor': '#3b5bdb',
    '--ground': '#f5f6f8',
  },
  dark: {
    '--mantine-color-dimmed': '#adb3ba',
    '--mantine-color-placeholder': '#a0a4aa',
    '--mantine-color-anchor': '#91a7ff',
    '--ground': '#15171b',
  },
});
