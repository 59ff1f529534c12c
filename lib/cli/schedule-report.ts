import type { Schedule } from '../contracts/schedules.ts';
import type { Look } from './terminal.ts';
import { textTable } from './text-table.ts';

/** What runs by itself, and when next: by the clock of its zone, and in UTC. */
export function scheduleLines({ entries, next }: Schedule, { colours, width }: Look): string[] {
  if (entries.length === 0) return ['Nothing is scheduled.'];
  const due = new Map(next.map((each) => [each.id, each]));
  const rows = entries.map(({ id, kind, cron, timeZone, enabled }) => {
    const coming = due.get(id);
    const when = coming === undefined ? '' : `${coming.local} ${timeZone} (${utc(coming.at)} UTC)`;
    return [colours.bold(id), kind, cron, enabled ? `next ${when}` : `off, in ${timeZone}`];
  });
  return [
    ...textTable(['left', 'left', 'left', 'left'], rows, { width, drop: [1] }),
    ...next.flatMap(({ id, note }) => (note === undefined ? [] : [`  ${id}: ${note}`])),
  ];
}

const utc = (at: string): string => at.slice(0, 16).replace('T', ' ');
