import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Counts the items that a client is given by reads, from now on. */
export function countReads(client: DynamoDBDocumentClient): { readonly items: number } {
  const reads = { items: 0 };
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { Items, Item } = result.output as { Items?: unknown[]; Item?: unknown };
      reads.items += Items?.length ?? (Item === undefined ? 0 : 1);
      return result;
    },
    { step: 'initialize' },
  );
  return reads;
}
