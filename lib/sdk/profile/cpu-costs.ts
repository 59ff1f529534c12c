import { type CallFrame, chargedTo, keyOf, ownerOf } from './place.ts';

/** V8's CPU profile, as far as it is needed. */
export interface RawCpuProfile {
  readonly nodes: readonly CpuNode[];
  /** The node of each sample. */
  readonly samples?: readonly number[] | undefined;
  /** In microseconds, from the sample before. */
  readonly timeDeltas?: readonly number[] | undefined;
}

export interface CpuNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[] | undefined;
  /** Of the function's own lines, from 1. */
  readonly positionTicks?: readonly { readonly line: number; readonly ticks: number }[] | undefined;
}

export interface Cost {
  readonly frame: CallFrame;
  selfUs: number;
  totalUs: number;
  samples: number;
  readonly ticksByLine: Map<number, number>;
}

export interface CpuCosts {
  readonly places: readonly Cost[];
  readonly idleUs: number;
  readonly collectionUs: number;
  /** Without what was idle. */
  readonly busyUs: number;
}

interface Spent {
  us: number;
  samples: number;
}

const idle = '(idle)';
const collection = '(garbage collector)';

/** A sample stands for the time until the next one; the last one for none. */
function spentByNode({ samples = [], timeDeltas = [] }: RawCpuProfile): Map<number, Spent> {
  const spent = new Map<number, Spent>();
  samples.slice(0, -1).forEach((id, at) => {
    const node = spent.get(id) ?? { us: 0, samples: 0 };
    node.us += Math.max(0, timeDeltas[at + 1] ?? 0);
    node.samples++;
    spent.set(id, node);
  });
  return spent;
}

/** What each function took itself, with what it called of Node and V8 (`selfUs`), and with all that it called (`totalUs`). */
export function cpuCosts(profile: RawCpuProfile): CpuCosts {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const spent = spentByNode(profile);
  const places = new Map<string, Cost>();
  const stack: CallFrame[] = [];
  let [idleUs, collectionUs, busyUs] = [0, 0, 0];

  const placeFor = (frame: CallFrame): Cost => {
    const key = keyOf(frame);
    const place = places.get(key) ?? { frame, selfUs: 0, totalUs: 0, samples: 0, ticksByLine: new Map() };
    places.set(key, place);
    return place;
  };
  const charge = ({ callFrame, positionTicks = [] }: CpuNode, { us, samples }: Spent): void => {
    if (callFrame.functionName === idle) {
      idleUs += us;
      return;
    }
    busyUs += us;
    if (callFrame.functionName === collection) {
      collectionUs += us;
      return;
    }
    const self = placeFor(chargedTo(stack));
    self.selfUs += us;
    self.samples += samples;
    // Each once, however often it called itself.
    const callers = stack.filter((frame) => ownerOf(frame) === 'service').map(placeFor);
    for (const place of new Set([self, ...callers])) place.totalUs += us;
    if (self.frame !== callFrame) return;
    for (const { line, ticks } of positionTicks) self.ticksByLine.set(line, (self.ticksByLine.get(line) ?? 0) + ticks);
  };
  const visit = (node: CpuNode): void => {
    stack.push(node.callFrame);
    const own = spent.get(node.id);
    if (own !== undefined) charge(node, own);
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child !== undefined) visit(child);
    }
    stack.pop();
  };
  const [root] = profile.nodes;
  if (root !== undefined) visit(root);
  return { places: [...places.values()], idleUs, collectionUs, busyUs };
}
