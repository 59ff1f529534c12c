import { isDeepStrictEqual } from 'node:util';
import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import type { AwsProperty } from '../property.ts';
import { tableAccess } from './table-access.ts';

const units = z.strictObject({ readUnits: z.int().min(1), writeUnits: z.int().min(1) });
const onDemand = z.strictObject({ mode: z.literal('on-demand') });
/** What each index is to have stands beside what the table is to have: DynamoDB wants all of them at once. */
const provisioned = units.extend({ mode: z.literal('provisioned'), indexes: z.record(z.string(), units) });
const billing = z.discriminatedUnion('mode', [onDemand, provisioned]);
type Units = z.output<typeof units>;

const throughput = ({ readUnits, writeUnits }: Units) => ({
  ReadCapacityUnits: readUnits,
  WriteCapacityUnits: writeUnits,
});

const unitsOf = (described: TableDescription['ProvisionedThroughput']): Units => ({
  readUnits: described?.ReadCapacityUnits ?? 0,
  writeUnits: described?.WriteCapacityUnits ?? 0,
});

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/switching.capacitymode.html */
export const billingMode: AwsProperty = {
  service: 'dynamodb',
  path: 'billingMode',
  value: billing,
  open: ({ dynamodb }, resource) =>
    tableAccess(dynamodb, resource, {
      read({ BillingModeSummary, ProvisionedThroughput, GlobalSecondaryIndexes = [] }) {
        if (BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST') return { mode: 'on-demand' };
        const indexes = GlobalSecondaryIndexes.map(({ IndexName = '', ProvisionedThroughput: own }) => [
          IndexName,
          unitsOf(own),
        ]);
        return { mode: 'provisioned', ...unitsOf(ProvisionedThroughput), indexes: Object.fromEntries(indexes) };
      },
      wire(value, table) {
        const wanted = value as z.output<typeof billing>;
        if (wanted.mode === 'on-demand') return { BillingMode: 'PAY_PER_REQUEST' };
        const isProvisioned = table.BillingModeSummary?.BillingMode !== 'PAY_PER_REQUEST';
        // DynamoDB refuses to set what is set already.
        const isNew = (units: Units, described: TableDescription['ProvisionedThroughput']): boolean =>
          !isProvisioned || !isDeepStrictEqual(units, unitsOf(described));
        const { readUnits, writeUnits } = wanted;
        const updates = Object.entries(wanted.indexes)
          .filter(([name, index]) =>
            isNew(
              index,
              table.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === name)?.ProvisionedThroughput,
            ),
          )
          .map(([IndexName, index]) => ({ Update: { IndexName, ProvisionedThroughput: throughput(index) } }));
        return {
          ...(isProvisioned ? {} : { BillingMode: 'PROVISIONED' as const }),
          ...(isNew({ readUnits, writeUnits }, table.ProvisionedThroughput)
            ? { ProvisionedThroughput: throughput(wanted) }
            : {}),
          ...(updates.length === 0 ? {} : { GlobalSecondaryIndexUpdates: updates }),
        };
      },
    }),
};
