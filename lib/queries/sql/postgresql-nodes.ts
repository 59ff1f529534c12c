/** The tree of PostgreSQL's grammar as `libpg-query` gives it: each node under the name of its type, what is 0 or empty left out. */
export type PgNode = { readonly [member: string]: unknown };

const isNode = (value: unknown): value is PgNode => typeof value === 'object' && value !== null && !Array.isArray(value);

export const nodeIn = (node: PgNode, member: string): PgNode | undefined => {
  const value = node[member];
  return isNode(value) ? value : undefined;
};

export const nodesIn = (node: PgNode, member: string): PgNode[] => {
  const value = node[member];
  return Array.isArray(value) ? value.filter(isNode) : [];
};

export const textIn = (node: PgNode, member: string): string => {
  const value = node[member];
  return typeof value === 'string' ? value : '';
};

export const numberIn = (node: PgNode, member: string): number => {
  const value = node[member];
  return typeof value === 'number' ? value : 0;
};

/** `{ ColumnRef: {...} }` -> its type and itself. */
export function typedNode(node: PgNode): { type: string; node: PgNode } {
  const [type = ''] = Object.keys(node);
  return { type, node: nodeIn(node, type) ?? {} };
}

/** The texts of a list of `String` nodes. */
export const namesIn = (node: PgNode, member: string): string[] =>
  nodesIn(node, member).flatMap((each) => {
    const { type, node: inner } = typedNode(each);
    return type === 'String' ? [textIn(inner, 'sval')] : [];
  });
