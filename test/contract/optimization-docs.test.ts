import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { optimizationModules } from '../../lib/optimization/modules/modules.ts';
import { builtInProfiles } from '../../lib/optimization/profiles/built-in.ts';
import { ruleEffects, ruleValue } from '../../lib/optimization/profiles/effects.ts';
import { ownModules } from '../../lib/optimization/profiles/proposals/own.ts';

const docs = await readFile('docs/optimization.md', 'utf8');
const between = (name: string): string =>
  (docs.split(`<!-- ${name}: begin -->\n`)[1]?.split(`<!-- ${name}: end -->`)[0] ?? '').trim();

const shown = (value: unknown): string => (value === undefined ? '' : `${value}`);
const targets = ['responseTimeMs', 'throughput', 'cpuPercent', 'memoryPercent', 'errorRatePercent'] as const;

const profileRows = [
  ...Object.keys(ruleEffects).map((rule) => [
    rule,
    ...[...builtInProfiles.values()].map(({ rules }) => shown(ruleValue(rules, rule))),
  ]),
  ...targets.map((metric) => [
    `targetMetrics.${metric}`,
    ...[...builtInProfiles.values()].map(({ targetMetrics }) => shown(targetMetrics[metric])),
  ]),
];

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [
    `| ${head.join(' | ')} |`,
    `|${head.map(() => '---|').join('')}`,
    ...rows.map(([first, ...others]) => `| \`${first}\` | ${others.join(' | ')} |`),
  ].join('\n');

describe('The guide to optimization', () => {
  it('shows the built-in profiles as they are', () => {
    expect(between('profiles')).toBe(table(['rule', ...builtInProfiles.keys()], profileRows));
  });

  it('says of each rule what it does', () => {
    expect(between('rules')).toBe(table(['rule', 'effect'], Object.entries(ruleEffects)));
  });

  it('names every module', () => {
    const [balanced] = builtInProfiles.values();
    const own = balanced === undefined ? [] : ownModules(balanced);
    for (const { name } of [...optimizationModules, ...own]) expect(docs).toContain(`\`${name}\``);
  });
});
