import type { TableConfiguration } from '../../aws/configuration/model.ts';
import { costs, inUsd, onDemandUsd, prices, provisionedUsd } from './prices.ts';
import { type AwsRule, type AwsView, awsChange, evidenceOf } from './rule.ts';
import { type TableUse, tableUseOf } from './table-use.ts';

const gigabyte = 2 ** 30;
const minSavedUsd = 1;
/** Two changes are taken in this time: the second one is for going back. */
const lockedDays = 30;
const dayMs = 86_400_000;
type TableClass = TableConfiguration['tableClass'];
const other: Record<TableClass, TableClass> = {
  STANDARD: 'STANDARD_INFREQUENT_ACCESS',
  STANDARD_INFREQUENT_ACCESS: 'STANDARD',
};

/** A table of which much is stored and little is asked, or the other way around: each class makes one of both cheaper. */
export const tableClass: AwsRule = {
  name: 'table-class',
  optimizationId: 'resource_optimization',
  examine: (view) =>
    view.configuration.tables.flatMap((table) => {
      const use = tableUseOf(view, table);
      if (use === undefined || table.sizeBytes === undefined || hasChangedLately(view, table)) return [];
      const { name, sizeBytes, tableClass: now } = table;
      const then = other[now];
      const [nowUsd, thenUsd] = [costOf(table, use, now), costOf(table, use, then)];
      if (nowUsd - thenUsd < minSavedUsd) return [];
      return [
        {
          service: 'dynamodb',
          resource: name,
          name: `${name} in the class ${then}`,
          description: `${name} holds ${(sizeBytes / gigabyte).toFixed(1)} GB and costs ${inUsd(nowUsd)} with what it consumed; in the class ${then} it would be ${inUsd(thenUsd)}. DynamoDB takes two such changes in 30 days: this is made once, and judged by the prices alone.`,
          changes: [awsChange('dynamodb', name, 'tableClass', now, then)],
          ...costs(nowUsd, thenUsd),
          risk: 'low',
          requiresRestart: false,
          reversible: true,
          evidence: [
            evidenceOf(view, 'table.stored', name, {
              storedGb: sizeBytes / gigabyte,
              consumedReadUnits: use.figures.consumedReadUnits,
              consumedWriteUnits: use.figures.consumedWriteUnits,
            }),
          ],
        },
      ];
    }),
};

const hasChangedLately = ({ to }: AwsView, { tableClassSince }: TableConfiguration): boolean =>
  tableClassSince !== undefined && Date.parse(to) - Date.parse(tableClassSince) < lockedDays * dayMs;

function costOf(
  { sizeBytes = 0, provisioned }: TableConfiguration,
  { monthlyUnits }: TableUse,
  of: TableClass,
): number {
  const requests = provisioned === undefined ? onDemandUsd(monthlyUnits, of) : provisionedUsd(provisioned, of);
  return requests + (sizeBytes / gigabyte) * prices.dynamodb[of].gbMonth;
}
