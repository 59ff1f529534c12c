import { type AwsRule, advice, evidenceOf } from './rule.ts';
import { tableUseOf } from './table-use.ts';

const minThrottles = 10;
/** Consumed at the peak, of what there is: with more, the table itself is too small. */
const farBelowPercent = 50;
/** What one partition gives at most, in units a second. A table paid by request that needs less than this and is throttled has a hot one. */
const partition = { read: 3_000, write: 1_000 } as const;
const directions = ['read', 'write'] as const;

/** Advice where a table turns requests away though most of its capacity is idle: they all go to the same key. */
export const tableHotPartition: AwsRule = {
  name: 'table-hot-partition',
  optimizationId: 'resource_optimization',
  examine: (view) =>
    view.configuration.tables.flatMap((table) => {
      const use = tableUseOf(view, table);
      if (use === undefined) return [];
      const { name } = table;
      const throttled = { read: use.figures.readThrottleEvents ?? 0, write: use.figures.writeThrottleEvents ?? 0 };
      return directions
        .filter((direction) => {
          const available = table.provisioned?.[direction] ?? partition[direction];
          return (
            throttled[direction] >= minThrottles && use.peakPerSecond[direction] < (available * farBelowPercent) / 100
          );
        })
        .map((direction) => ({
          ...advice,
          service: 'dynamodb' as const,
          resource: name,
          subject: `${name} ${direction}`,
          name: `Spread the ${direction}s of ${name}`,
          description: `${throttled[direction]} ${direction}s of ${name} were throttled while it consumed ${use.peakPerSecond[direction].toFixed(1)} units a second at its peak: they fall on few keys, and one partition gives ${partition.read} read and ${partition.write} write units a second at most. ${direction === 'read' ? 'Cache what is read most' : 'Divide what is written most over several keys'}, or choose a partition key with more values.`,
          risk: 'medium' as const,
          evidence: [
            evidenceOf(view, 'table.throttles', name, {
              throttleEvents: throttled[direction],
              peakUnitsPerSecond: use.peakPerSecond[direction],
              provisionedUnits: table.provisioned?.[direction],
            }),
          ],
        }));
    }),
};
