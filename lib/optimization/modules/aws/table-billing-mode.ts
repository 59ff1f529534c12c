import type { CapacityUnits, TableConfiguration } from '../../aws/configuration/model.ts';
import { inUsd, onDemandUsd, provisionedUsd, usd } from './prices.ts';
import { type AwsFinding, type AwsRule, type AwsView, awsChange, evidenceOf } from './rule.ts';
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
      if (use === undefined || use.hours < minHours) return [];
      return table.billingMode === 'provisioned' ? toOnDemand(view, table, use) : toProvisioned(view, table, use);
    }),
};

const isWorthIt = (nowUsd: number, thenUsd: number): boolean =>
  thenUsd <= nowUsd * cheaper && nowUsd - thenUsd >= minSavedUsd;

function toOnDemand(view: AwsView, table: TableConfiguration, use: TableUse): AwsFinding[] {
  const { provisioned, indexes, tableClass, name } = table;
  if (provisioned === undefined) return [];
  const all = [provisioned, ...indexes.flatMap((index) => index.provisioned ?? [])].reduce(sumOf);
  const [nowUsd, thenUsd] = [provisionedUsd(all, tableClass), onDemandUsd(use.monthlyUnits, tableClass)];
  if (!isWorthIt(nowUsd, thenUsd)) return [];
  const before = {
    mode: 'provisioned',
    readUnits: provisioned.read,
    writeUnits: provisioned.write,
    indexes: Object.fromEntries(
      indexes.map((index) => [
        index.name,
        { readUnits: index.provisioned?.read ?? 0, writeUnits: index.provisioned?.write ?? 0 },
      ]),
    ),
  };
  return [
    {
      ...common(view, table, use, { provisionedUsd: nowUsd, onDemandUsd: thenUsd }),
      name: `Pay for ${name} by request`,
      description: `${name} has ${all.read} read and ${all.write} write units provisioned, ${inUsd(nowUsd)}; what it consumed costs ${inUsd(thenUsd)} by request.`,
      changes: [awsChange('dynamodb', name, 'billingMode', before, { mode: 'on-demand' })],
      savesUsdPerMonth: usd(nowUsd - thenUsd),
      risk: 'low',
    },
  ];
}

function toProvisioned(view: AwsView, table: TableConfiguration, use: TableUse): AwsFinding[] {
  const { tableClass, name, indexes } = table;
  // How consumption is divided among indexes is not told: what each would need cannot be said.
  if (indexes.length > 0) return [];
  const units = { read: enough(use.peakPerSecond.read), write: enough(use.peakPerSecond.write) };
  const [nowUsd, thenUsd] = [onDemandUsd(use.monthlyUnits, tableClass), provisionedUsd(units, tableClass)];
  if (!isWorthIt(nowUsd, thenUsd)) return [];
  const scaling = (max: number) => ({ min: Math.max(1, Math.ceil(max / 4)), max: max * 2, targetPercent });
  return [
    {
      ...common(view, table, use, { provisionedUsd: thenUsd, onDemandUsd: nowUsd }),
      name: `Provision ${name}`,
      description: `${name} is paid by request, ${inUsd(nowUsd)}; ${units.read} read and ${units.write} write units, enough for its busiest ${view.figures?.periodSeconds ?? 0} s, cost ${inUsd(thenUsd)} even when they stay all the time. A sudden burst beyond them is throttled until auto scaling follows, in minutes.`,
      changes: [
        awsChange(
          'dynamodb',
          name,
          'billingMode',
          { mode: 'on-demand' },
          {
            mode: 'provisioned',
            readUnits: units.read,
            writeUnits: units.write,
            indexes: {},
          },
        ),
        awsChange('dynamodb', name, 'autoScaling/read', null, scaling(units.read)),
        awsChange('dynamodb', name, 'autoScaling/write', null, scaling(units.write)),
      ],
      savesUsdPerMonth: usd(nowUsd - thenUsd),
      risk: 'medium',
    },
  ];
}

const sumOf = (a: CapacityUnits, b: CapacityUnits): CapacityUnits => ({
  read: a.read + b.read,
  write: a.write + b.write,
});
const enough = (perSecond: number): number => Math.max(1, Math.ceil(perSecond / (targetPercent / 100)));

const common = (view: AwsView, { name }: TableConfiguration, use: TableUse, costs: Record<string, number>) => ({
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
      ...costs,
    }),
  ],
});
