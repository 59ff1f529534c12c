import type { AuditEntry } from '../contracts/optimization-controls.ts';
import { changePlace, changeValueText } from '../pages/change-words.ts';
import { wrapped } from './fit.ts';
import type { Look } from './terminal.ts';

const indent = ' '.repeat(21);

/** Each change that was made or tried: when and what became of it, what and where, who let it happen, from and to. */
export function trailReport({ items }: { items: readonly AuditEntry[] }, look: Look): string[] {
  return items.length === 0 ? ['Nothing was changed.'] : items.flatMap((entry) => entryLines(entry, look));
}

function entryLines(entry: AuditEntry, look: Look): string[] {
  const { at, by, action, change, from, to, state, detail } = entry;
  const { colours, width } = look;
  const colour = state === 'made' ? colours.green : state === 'refused' ? colours.red : colours.yellow;
  return [
    `${at.slice(0, 19).replace('T', ' ')}  ${colour(state.padEnd(7))}  ${action.padEnd(9)}  ${changePlace(change)}`,
    ...wrapped(`${changeValueText(from)} → ${changeValueText(to)}`, width, indent),
    ...wrapped(`${by.name}, ${originOf(entry)}${detail === undefined ? '' : `: ${detail}`}`, width, indent).map(
      colours.dim,
    ),
  ];
}

function originOf({ runId, sweepId }: AuditEntry): string {
  if (runId !== undefined) return `run ${runId}`;
  return sweepId === undefined ? 'by hand' : `memory sweep ${sweepId}`;
}
