import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { type TelemetryWindow, telemetryWindow } from '../contracts/telemetry.ts';
import type { ItemType } from '../platform/table/item.ts';

/** A part of a batch: the windows of one minute, or of a piece of it. Windows are gzipped JSON, in base64. */
const storedPart = z.object({
  instance: z.string(),
  sequence: z.number().int(),
  dropped: z.number().int(),
  errors: z.number().int().default(0),
  windows: z.string(),
});
export type StoredPart = z.output<typeof storedPart>;

export const partItem: ItemType<StoredPart> = { name: 'TelemetryPart', version: 1, schema: storedPart };

const windowList = z.array(telemetryWindow);

/** Ten times what a part may hold: whatever else stands there is not ours. */
const maxUnpackedBytes = 4_000_000;

export const packWindows = (windows: readonly TelemetryWindow[]): string =>
  gzipSync(JSON.stringify(windows)).toString('base64');

export function unpackWindows(packed: string): TelemetryWindow[] {
  const bytes = gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: maxUnpackedBytes });
  return windowList.parse(JSON.parse(bytes.toString('utf8')));
}
