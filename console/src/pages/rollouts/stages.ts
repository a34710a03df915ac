// What a person types about the stages of a rollout. The server checks it, and says what is wrong with it.

/** Returns the percentages of a text such as `5, 25, 100`. What is no number is asked as 0, which the server refuses. */
export function percentsOf(text: string): number[] {
  const pieces = text.split(/[,\s]+/).filter((piece) => piece !== '');
  return pieces.map((piece) => (/^\d{1,3}$/.test(piece) ? Math.min(Number(piece), 255) : 0));
}

/** Returns the seconds of a number of minutes. */
export const watchOf = (minutes: string): number => Math.round(Number(minutes) * 60) || 0;
