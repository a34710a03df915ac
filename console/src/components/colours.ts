// Colours with a meaning. Each stands beside a word that says the same.

/** A red that is readable on the background of each scheme. */
export const DANGER = 'light-dark(var(--mantine-color-red-9), var(--mantine-color-red-4))';
