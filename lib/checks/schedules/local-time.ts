const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('sv', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  formats.set(timeZone, made);
  return made;
}

/** `2026-03-29 03:00`: what the clocks of a place show. @param at epoch milliseconds */
export const localTime = (at: number, timeZone: string): string => formatOf(timeZone).format(at).slice(0, 16);

/** By how much the clocks of a place are ahead of UTC, in milliseconds. */
export function offsetMs(at: number, timeZone: string): number {
  const wholeSecond = Math.floor(at / 1000) * 1000;
  return Date.parse(`${formatOf(timeZone).format(wholeSecond).replace(' ', 'T')}Z`) - wholeSecond;
}
