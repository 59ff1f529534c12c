import type { TableConfiguration } from '../../aws/configuration/model.ts';
import { type Direction, directions } from '../../aws/configuration/scaling.ts';
import { costs, provisionedUsd } from './prices.ts';
import { type AwsRule, type AwsView, awsChange, evidenceOf } from './rule.ts';
import { capacityOf } from './table-capacity.ts';
import { tableUseOf } from './table-use.ts';

const targetPercent = 70;

/** A provisioned table whose units stay as they are, whatever comes. */
export const tableAutoScaling: AwsRule = {
  name: 'table-auto-scaling',
  optimizationId: 'resource_optimization',
  examine: (view) =>
    view.configuration.tables.flatMap((table) => {
      const { name, billingMode, provisioned, autoScaling } = table;
      if (billingMode !== 'provisioned' || provisioned === undefined || autoScaling === undefined) return [];
      const missing = directions.filter((direction) => autoScaling[direction] === undefined);
      if (missing.length === 0) return [];
      const before = capacityOf(table);
      const added = Object.fromEntries(missing.map((direction) => [direction, rangeOf(view, table, direction)]));
      return [
        {
          service: 'dynamodb',
          resource: name,
          name: `Let ${name} scale`,
          description: `${name} has ${provisioned.read} read and ${provisioned.write} write units, and nothing scales its ${missing.join(' and ')} units: what is too much is paid, and what is too little is throttled.`,
          changes:
            before === undefined
              ? []
              : [
                  awsChange('dynamodb', name, 'capacity', before, {
                    ...before,
                    units: {},
                    scaling: { ...before.scaling, ...added },
                  }),
                ],
          ...costsOf(view, table, added),
          risk: 'low',
          requiresRestart: false,
          reversible: true,
          evidence: [
            evidenceOf(view, 'table.scaling', name, {
              provisionedRead: provisioned.read,
              provisionedWrite: provisioned.write,
              peakReadPerSecond: tableUseOf(view, table)?.peakPerSecond.read,
              peakWritePerSecond: tableUseOf(view, table)?.peakPerSecond.write,
            }),
          ],
        },
      ];
    }),
};

/** Of the units that auto scaling comes to in the mean, where what is consumed is known. */
function costsOf(
  view: AwsView,
  table: TableConfiguration,
  added: Partial<Record<Direction, { min: number; max: number }>>,
) {
  const { provisioned, tableClass } = table;
  const use = tableUseOf(view, table);
  if (provisioned === undefined || use === undefined) return {};
  const after = { ...provisioned };
  for (const direction of directions) {
    const range = added[direction];
    if (range === undefined) continue;
    const needed = use.meanPerSecond[direction] / (targetPercent / 100);
    after[direction] = Math.min(range.max, Math.max(range.min, needed));
  }
  return costs(provisionedUsd(provisioned, tableClass), provisionedUsd(after, tableClass));
}

/** From what the mean needs up to twice of what there is: never less than what the peak needs. */
function rangeOf(view: AwsView, table: TableConfiguration, direction: (typeof directions)[number]) {
  const now = table.provisioned?.[direction] ?? 1;
  const use = tableUseOf(view, table);
  const needed = (perSecond: number | undefined): number | undefined =>
    perSecond === undefined ? undefined : Math.max(1, Math.ceil(perSecond / (targetPercent / 100)));
  return {
    min: Math.min(now, needed(use?.meanPerSecond[direction]) ?? now),
    max: Math.max(now * 2, needed(use?.peakPerSecond[direction]) ?? 0),
    targetPercent,
  };
}
