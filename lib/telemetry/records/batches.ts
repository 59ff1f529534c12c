import type { TelemetryBatch, TelemetryWindow } from '../../contracts/telemetry.ts';
import { telemetryLimits } from '../../contracts/telemetry-limits.ts';

/** What a batch has beside its windows. */
const envelopeBytes = 1_000;

export interface BatchOrigin {
  instance: string;
  sdk: string;
  serviceVersion?: string | undefined;
  /** Of the batch with this number, from 0: the same for the same windows. */
  sequenceOf: (index: number) => number;
}

/** Divides windows into batches as large as may be. The same windows give the same batches, so that none counts twice. */
export function batchesOf(windows: readonly TelemetryWindow[], origin: BatchOrigin): TelemetryBatch[] {
  const groups: TelemetryWindow[][] = [];
  let bytes = 0;
  for (const window of windows) {
    const own = Buffer.byteLength(JSON.stringify(window)) + 1;
    const group = groups.at(-1);
    if (
      group === undefined ||
      group.length >= telemetryLimits.windows ||
      bytes + own > telemetryLimits.bytes - envelopeBytes
    ) {
      groups.push([window]);
      bytes = own;
    } else {
      group.push(window);
      bytes += own;
    }
  }
  const { instance, sdk, serviceVersion, sequenceOf } = origin;
  return groups.map((group, index) => ({
    instance,
    sdk,
    ...(serviceVersion === undefined ? {} : { serviceVersion }),
    sequence: sequenceOf(index),
    windows: group,
    dropped: 0,
    errors: 0,
  }));
}
