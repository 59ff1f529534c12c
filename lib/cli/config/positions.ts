import { type Document, isCollection, isMap, isNode, isScalar, isSeq, type Node } from 'yaml';

/** Where a key stands in a document of YAML, else what it would stand in. In letters from the beginning. */
export function offsetOf({ contents }: Document, keys: readonly PropertyKey[]): number {
  let node: unknown = contents;
  let offset = isNode(contents) ? startOf(contents) : 0;
  for (const key of keys) {
    if (isMap(node)) {
      const pair = node.items.find((each) => isScalar(each.key) && each.key.value === key);
      if (pair === undefined) break;
      offset = isNode(pair.key) ? startOf(pair.key) : offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = isNode(node) ? startOf(node) : offset;
    } else break;
    if (!isCollection(node)) return offset;
  }
  return offset;
}

const startOf = ({ range }: Node): number => range?.[0] ?? 0;
