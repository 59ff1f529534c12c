import type { TableResource } from '../../../contracts/aws-metrics.ts';
import type { CapacityUnits, TableConfiguration } from '../../aws/configuration/model.ts';
import { monthly } from './prices.ts';
import type { AwsView } from './rule.ts';

export interface TableUse {
  figures: TableResource;
  /** Units in a month, at what was measured. */
  monthlyUnits: CapacityUnits;
  /** Units a second: in the mean, and in the busiest period that CloudWatch tells apart. */
  meanPerSecond: CapacityUnits;
  peakPerSecond: CapacityUnits;
  hours: number;
}

/** @returns undefined where CloudWatch says nothing of the table, or of too short a time */
export function tableUseOf({ figures }: AwsView, { name }: TableConfiguration): TableUse | undefined {
  const found = figures?.tables.find((one) => one.name === name);
  if (figures === undefined || found === undefined) return undefined;
  const factor = monthly(figures);
  const { consumedReadUnits: read, consumedWriteUnits: write } = found;
  if (factor === undefined || (read === undefined && write === undefined)) return undefined;
  const seconds = (Date.parse(figures.to) - Date.parse(figures.from)) / 1_000;
  const mean = { read: (read ?? 0) / seconds, write: (write ?? 0) / seconds };
  return {
    figures: found,
    monthlyUnits: { read: (read ?? 0) * factor, write: (write ?? 0) * factor },
    meanPerSecond: mean,
    peakPerSecond: {
      read: Math.max(mean.read, (found.peakReadUnits ?? 0) / figures.periodSeconds),
      write: Math.max(mean.write, (found.peakWriteUnits ?? 0) / figures.periodSeconds),
    },
    hours: seconds / 3_600,
  };
}
