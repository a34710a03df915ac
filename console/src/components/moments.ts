// Moments in words.

/** The format of each zone. Making one takes much longer than using it, and a list shows hundreds of moments. */
const formats = new Map<string | undefined, Intl.DateTimeFormat>();

function formatOf(zone: string | undefined): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: zone });
  formats.set(zone, made);
  return made;
}

/** Formats a moment in the viewer's zone (or `zone`), and exactly in UTC. */
export function shownMoment(at: string, zone?: string): { local: string; utc: string } {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return { local: at, utc: at };
  const local = formatOf(zone).format(moment);
  return { local, utc: `${moment.toISOString().replace('T', ' ').replace('Z', '')} UTC` };
}

/** Formats an age or a span in seconds with its largest whole unit. */
export function shownSpan(seconds: number): string {
  for (const [unit, size] of [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ] as const) {
    if (seconds >= size) return counted(Math.floor(seconds / size), unit);
  }
  return counted(Math.max(0, Math.floor(seconds)), 'second');
}

function counted(n: number, unit: string): string {
  return n === 1 ? `1 ${unit}` : `${n} ${unit}s`;
}
