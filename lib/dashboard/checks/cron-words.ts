const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const clock = (hour: string, minute: string): string => `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
const isNumber = (field: string): boolean => /^\d+$/.test(field);

/** What a cron expression of a plain kind says; undefined: it is of none, and says it itself. */
export function cronInWords(cron: string): string | undefined {
  const [minute = '', hour = '', day, month, weekday = ''] = cron.trim().split(/\s+/);
  if (!isNumber(minute) || !isNumber(hour)) return undefined;
  const at = clock(hour, minute);
  if (day === '*' && month === '*' && weekday === '*') return `daily at ${at}`;
  if (day === '*' && month === '*' && isNumber(weekday)) {
    return `each ${weekdays[Number(weekday) % weekdays.length]} at ${at}`;
  }
  if (day === '*' && month === '*' && weekday === '1-5') return `Monday to Friday at ${at}`;
  if (day === '1' && month === '*' && weekday === '*') return `on the first of each month at ${at}`;
  if (day === '1' && month === '1,4,7,10' && weekday === '*') return `on the first of each quarter at ${at}`;
  return undefined;
}
