import { type CallFrame, chargedTo, keyOf, ownerOf } from './place.ts';

/** V8's sampling heap profile: what lives, by the stack that allocated it. */
export interface HeapNode {
  readonly callFrame: CallFrame;
  readonly selfSize: number;
  readonly children: readonly HeapNode[];
}

export interface Living {
  readonly frame: CallFrame;
  bytes: number;
  /** Of the stack that holds most of it: the service's functions that called it, the nearest first. */
  callers: readonly CallFrame[];
}

const mostCallers = 5;

/** What lives, by the function that it is charged to. */
export function livingBytes(head: HeapNode): Map<string, Living> {
  const places = new Map<string, Living>();
  const most = new Map<string, number>();
  const stack: CallFrame[] = [];
  const visit = (node: HeapNode): void => {
    stack.push(node.callFrame);
    if (node.selfSize > 0) charge(node.selfSize);
    for (const child of node.children) visit(child);
    stack.pop();
  };
  const charge = (bytes: number): void => {
    const frame = chargedTo(stack);
    const key = keyOf(frame);
    const place = places.get(key) ?? { frame, bytes: 0, callers: [] };
    place.bytes += bytes;
    if (bytes > (most.get(key) ?? 0)) {
      most.set(key, bytes);
      place.callers = callersOf(frame, stack);
    }
    places.set(key, place);
  };
  visit(head);
  return places;
}

function callersOf(frame: CallFrame, stack: readonly CallFrame[]): CallFrame[] {
  const at = stack.lastIndexOf(frame);
  const above = stack.slice(0, Math.max(0, at)).filter((each) => ownerOf(each) === 'service');
  return above.slice(-mostCallers).reverse();
}
