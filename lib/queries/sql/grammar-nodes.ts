/** A node of a grammar's tree. What is 0 or empty may be left out; `libpg-query` gives each node under the name of its type. */
export type GrammarNode = { readonly [member: string]: unknown };

const isNode = (value: unknown): value is GrammarNode =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const nodeIn = (node: GrammarNode, member: string): GrammarNode | undefined => {
  const value = node[member];
  return isNode(value) ? value : undefined;
};

export const nodesIn = (node: GrammarNode, member: string): GrammarNode[] => {
  const value = node[member];
  return Array.isArray(value) ? value.filter(isNode) : [];
};

export const textIn = (node: GrammarNode, member: string): string => {
  const value = node[member];
  return typeof value === 'string' ? value : '';
};

export const numberIn = (node: GrammarNode, member: string): number => {
  const value = node[member];
  return typeof value === 'number' ? value : 0;
};

/** `{ ColumnRef: {...} }` -> its type and itself. */
export function typedNode(node: GrammarNode): { type: string; node: GrammarNode } {
  const [type = ''] = Object.keys(node);
  return { type, node: nodeIn(node, type) ?? {} };
}

/** The texts of a list of `String` nodes. */
export const namesIn = (node: GrammarNode, member: string): string[] =>
  nodesIn(node, member).flatMap((each) => {
    const { type, node: inner } = typedNode(each);
    return type === 'String' ? [textIn(inner, 'sval')] : [];
  });
