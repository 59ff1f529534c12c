import type { TableConfiguration } from '../../aws/configuration/model.ts';
import { costs, inUsd, onDemandUsd, provisionedUsd } from './prices.ts';
import { type AwsFinding, type AwsRule, type AwsView, awsChange, evidenceOf } from './rule.ts';
import { capacityOf } from './table-capacity.ts';
import { type TableUse, tableUseOf } from './table-use.ts';

/** A day has its quiet and its busy hours. */
const minHours = 23;
/** The other way must be so much cheaper, and worth a change. */
const cheaper = 0.7;
const minSavedUsd = 1;
/** Of what is provisioned, what auto scaling lets be used. */
const targetPercent = 70;

/** A table for which the other way of paying is clearly cheaper, by what it consumed. */
export const tableBillingMode: AwsRule = {
  name: 'table-billing-mode',
  optimizationId: 'resource_optimization',
  examine: (view) =>
    view.configuration.tables.flatMap((table) => {
      const use = tableUseOf(view, table);
      // What its indexes consume stands in none of the figures: neither way of paying could be reckoned.
      if (use === undefined || use.hours < minHours || table.indexes.length > 0) return [];
      return table.billingMode === 'provisioned' ? toOnDemand(view, table, use) : toProvisioned(view, table, use);
    }),
};

const isWorthIt = (nowUsd: number, thenUsd: number): boolean =>
  thenUsd <= nowUsd * cheaper && nowUsd - thenUsd >= minSavedUsd;

function toOnDemand(view: AwsView, table: TableConfiguration, use: TableUse): AwsFinding[] {
  const { provisioned, tableClass, name } = table;
  const before = capacityOf(table);
  if (provisioned === undefined || before === undefined) return [];
  const [nowUsd, thenUsd] = [provisionedUsd(provisioned, tableClass), onDemandUsd(use.monthlyUnits, tableClass)];
  if (!isWorthIt(nowUsd, thenUsd)) return [];
  return [
    {
      ...common(view, table, use, { provisionedUsd: nowUsd, onDemandUsd: thenUsd }),
      name: `Pay for ${name} by request`,
      description: `${name} has ${provisioned.read} read and ${provisioned.write} write units provisioned, ${inUsd(nowUsd)}; what it consumed costs ${inUsd(thenUsd)} by request.`,
      // What scaled it stays registered, and is in force again where this is put back.
      changes: [awsChange('dynamodb', name, 'capacity', before, { mode: 'on-demand', scaling: before.scaling })],
      ...costs(nowUsd, thenUsd),
      risk: 'low',
    },
  ];
}

function toProvisioned(view: AwsView, table: TableConfiguration, use: TableUse): AwsFinding[] {
  const { tableClass, name } = table;
  const before = capacityOf(table);
  if (before === undefined) return [];
  const units = { read: enough(use.peakPerSecond.read), write: enough(use.peakPerSecond.write) };
  const [nowUsd, thenUsd] = [onDemandUsd(use.monthlyUnits, tableClass), provisionedUsd(units, tableClass)];
  if (!isWorthIt(nowUsd, thenUsd)) return [];
  const rangeOf = (max: number) => ({ min: Math.max(1, Math.ceil(max / 4)), max: max * 2, targetPercent });
  // By what scaled it once, where there is such: somebody chose that.
  const scaling = { read: rangeOf(units.read), write: rangeOf(units.write), ...before.scaling };
  return [
    {
      ...common(view, table, use, { provisionedUsd: thenUsd, onDemandUsd: nowUsd }),
      name: `Provision ${name}`,
      description: `${name} is paid by request, ${inUsd(nowUsd)}; ${units.read} read and ${units.write} write units, enough for its busiest ${view.figures?.periodSeconds ?? 0} s, cost ${inUsd(thenUsd)} even when they stay all the time. A sudden burst beyond them is throttled until auto scaling follows, in minutes.`,
      changes: [
        awsChange('dynamodb', name, 'capacity', before, { mode: 'provisioned', units: {}, scaling, indexes: {} }),
      ],
      ...costs(nowUsd, thenUsd),
      risk: 'medium',
    },
  ];
}

const enough = (perSecond: number): number => Math.max(1, Math.ceil(perSecond / (targetPercent / 100)));

const common = (view: AwsView, { name }: TableConfiguration, use: TableUse, usd: Record<string, number>) => ({
  service: 'dynamodb' as const,
  resource: name,
  requiresRestart: false,
  reversible: true,
  evidence: [
    evidenceOf(view, 'table.consumed', name, {
      consumedReadUnits: use.figures.consumedReadUnits,
      consumedWriteUnits: use.figures.consumedWriteUnits,
      peakReadPerSecond: use.peakPerSecond.read,
      peakWritePerSecond: use.peakPerSecond.write,
      ...usd,
    }),
  ],
});
