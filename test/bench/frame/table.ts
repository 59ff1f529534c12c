import type { Goal, Row } from './result.ts';
import { spreadPercent } from './samples.ts';

/** Three digits that count, with the thousands set apart. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const digits = Math.abs(value) >= 100 || value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en-US', { minimumFractionDigits: 0, maximumFractionDigits: digits });
}

function aligned(lines: readonly (readonly string[])[], numbers: ReadonlySet<number>): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = lines.map((line) =>
    line
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return numbers.has(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
  text.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  return text.join('\n');
}

/** Each measure's subjects, with how often its first subject's figure each one is. */
export function rowsTable(rows: readonly Row[]): string {
  const first = new Map<string, Row>();
  for (const row of rows) if (!first.has(row.measure)) first.set(row.measure, row);
  const lines = rows.map((row) => {
    const base = first.get(row.measure) ?? row;
    const spread = spreadPercent(row.samples);
    return [
      base === row ? row.measure : '',
      row.subject,
      figure(row.value),
      row.unit,
      base === row || base.value === 0 ? '' : `${figure(row.value / base.value)}x`,
      Number.isNaN(spread) ? '' : `±${figure(spread)} %`,
      row.note ?? '',
    ];
  });
  return aligned([['measure', 'subject', 'value', 'unit', 'ratio', 'spread', ''], ...lines], new Set([2, 4, 5]));
}

export function goalsTable(goals: readonly Goal[]): string {
  const lines = goals.map(({ name, measured, goal, holds }) => [
    holds ? 'holds' : 'MISSED',
    name,
    figure(measured),
    goal,
  ]);
  return aligned([['', 'goal', 'measured', 'aimed at'], ...lines], new Set([2]));
}
