import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { type TelemetryWindow, telemetryWindow } from '../contracts/telemetry.ts';
import type { ItemType } from '../platform/table/item.ts';

/** A part of a batch: the windows of one minute, or of a piece of it. Windows are gzipped JSON. */
const storedPart = z.object({
  instance: z.string(),
  sequence: z.number().int(),
  dropped: z.number().int(),
  windows: z.instanceof(Uint8Array),
});
export type StoredPart = z.output<typeof storedPart>;

export const partItem: ItemType<StoredPart> = { name: 'TelemetryPart', version: 1, schema: storedPart };

const windowList = z.array(telemetryWindow);

/** Ten times what a part may hold: whatever else stands there is not ours. */
const maxUnpackedBytes = 4_000_000;

export const packWindows = (windows: readonly TelemetryWindow[]): Uint8Array => gzipSync(JSON.stringify(windows));

export const unpackWindows = (packed: Uint8Array): TelemetryWindow[] =>
  windowList.parse(JSON.parse(gunzipSync(packed, { maxOutputLength: maxUnpackedBytes }).toString('utf8')));
