import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { VersionCount } from '../../contracts/item-versions.ts';
import type { DataSource } from './export.ts';

/** How many items of each kind and version the history table holds. Reads all keys, and pays for all items. */
export async function countVersions({ dynamodb, tables }: DataSource): Promise<VersionCount[]> {
  const counts = new Map<string, VersionCount>();
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamodb.send(
      new ScanCommand({
        TableName: tables.history,
        ProjectionExpression: '#type, #version',
        ExpressionAttributeNames: { '#type': 'type', '#version': 'version' },
        ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
      }),
    );
    for (const { type, version } of page.Items ?? []) {
      if (type?.S === undefined || version?.N === undefined) continue;
      const key = `${type.S} ${version.N}`;
      const count = counts.get(key) ?? { type: type.S, version: Number(version.N), items: 0 };
      count.items++;
      counts.set(key, count);
    }
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return [...counts.values()].sort((a, b) => a.type.localeCompare(b.type) || a.version - b.version);
}
