const today = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const other = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** In the reader's zone and language; of today, the time alone. */
export const momentInWords = (date: Date, now = new Date()): string =>
  (date.toDateString() === now.toDateString() ? today : other).format(date);

/** `12 s ago`, `5 min ago`, `3 h ago`, `4 d ago`. */
export function agoInWords(seconds: number): string {
  const [size, unit] =
    seconds < 90 ? [1, 's'] : seconds < 5_400 ? [60, 'min'] : seconds < 129_600 ? [3600, 'h'] : [86_400, 'd'];
  return `${Math.round(seconds / Number(size))} ${unit} ago`;
}
