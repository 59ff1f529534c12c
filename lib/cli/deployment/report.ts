import type { Finding, StackEvent } from '../../contracts/deployment.ts';
import type { CostItem } from '../../contracts/deployment-cost.ts';
import { total } from '../../contracts/deployment-cost.ts';
import type { Look, Terminal } from '../terminal.ts';
import { textTable } from '../text-table.ts';

export function findingLines(findings: readonly Finding[], { colours }: Look): string[] {
  const paint = { ok: colours.green, warn: colours.yellow, fail: colours.red };
  return findings.flatMap(({ subject, verdict, detail, next }) => [
    `${paint[verdict](verdict.padEnd(5))}${subject}: ${detail}`,
    ...(next === undefined ? [] : [`     ${next}`]),
  ]);
}

export const sayEvent =
  ({ err, colours }: Terminal) =>
  ({ at, status, resource, reason }: StackEvent): void => {
    const paint = status.endsWith('_FAILED') ? colours.red : colours.dim;
    err(paint(`${at.slice(11, 19)}  ${status.padEnd(20)} ${resource}${reason === undefined ? '' : `: ${reason}`}`));
  };

export function costLines(title: string, items: readonly CostItem[], { colours, width }: Look): string[] {
  const usd = (amount: number): string => amount.toFixed(2);
  return textTable(
    ['left', 'right', 'left'],
    [
      [title, 'USD a month', ''].map((text) => colours.dim(text)),
      ...items.map(({ item, usdPerMonth, because }) => [item, usd(usdPerMonth), because]),
      ['together', usd(total(items)), ''].map((text) => colours.bold(text)),
    ],
    { width, shorten: 2 },
  );
}
