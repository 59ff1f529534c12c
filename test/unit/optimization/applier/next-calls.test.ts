import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CapacityCall,
  nextCapacityCall,
} from '../../../../lib/optimization/aws/applier/dynamodb/capacity/next-call.ts';
import { type CapacityState, capacityValue } from '../../../../lib/optimization/aws/applier/dynamodb/capacity/state.ts';
import {
  type Capacity,
  capacity,
  isBetweenCapacities,
} from '../../../../lib/optimization/aws/applier/dynamodb/capacity/value.ts';
import {
  nextProvisionedCall,
  type ProvisionedCall,
} from '../../../../lib/optimization/aws/applier/lambda/provisioned/next-call.ts';
import {
  type ProvisionedState,
  provisionedValue,
} from '../../../../lib/optimization/aws/applier/lambda/provisioned/state.ts';
import {
  isBetweenProvisioned,
  type Provisioned,
} from '../../../../lib/optimization/aws/applier/lambda/provisioned/value.ts';

/** Makes calls until none is left, as AWS would take them. @returns all states on the way, the first and the last one too */
function walked<State, Call>(
  from: State,
  next: (state: State) => Call | undefined,
  taken: (state: State, call: Call) => State,
) {
  const states = [from];
  for (let state = from; states.length < 30; states.push(state)) {
    const call = next(state);
    if (call === undefined) return states;
    state = taken(state, call);
  }
  throw new Error('There is always one more call');
}

const units = fc.integer({ min: 1, max: 50 });
const range = fc
  .tuple(units, units, fc.integer({ min: 20, max: 90 }))
  .map(([a, b, targetPercent]) => ({ min: Math.min(a, b), max: Math.max(a, b), targetPercent }));

describe('the calls that change the capacity of a table', () => {
  const direction = fc.oneof(units, range);
  const provisionedTable = fc.tuple(direction, direction, units).map(([read, write, index]): Capacity => {
    const of = (kind: 'number' | 'object') =>
      Object.fromEntries(Object.entries({ read, write }).filter(([, value]) => typeof value === kind));
    const indexes = { 'by-date': { readUnits: index, writeUnits: 3 } };
    return capacity.parse({ mode: 'provisioned', units: of('number'), scaling: of('object'), indexes });
  });
  const wanted = fc.oneof(
    provisionedTable,
    fc
      .record({ read: range, write: range }, { requiredKeys: [], noNullPrototype: true })
      .map((scaling): Capacity => ({ mode: 'on-demand', scaling })),
  );

  const taken = (state: CapacityState, call: CapacityCall): CapacityState => {
    if (call.call === 'table') {
      const { call: _, ...set } = call;
      if (set.mode === 'on-demand') return { ...state, mode: set.mode, units: { read: 0, write: 0 }, indexes: {} };
      return { ...state, ...set, indexes: { ...state.indexes, ...set.indexes } };
    }
    const { [call.direction]: target, ...others } = state.targets;
    const policies = target?.policies ?? [];
    switch (call.call) {
      case 'register': {
        const { min, max } = call;
        return { ...state, targets: { ...others, [call.direction]: { min, max, isHeldStill: false, policies } } };
      }
      case 'deregister':
        return { ...state, targets: others };
      case 'hold-still':
        if (target === undefined) throw new Error('Nothing is registered');
        return { ...state, targets: { ...others, [call.direction]: { ...target, isHeldStill: true } } };
      case 'policy': {
        if (target === undefined) throw new Error('Nothing is registered');
        const { targetPercent } = call;
        const own = [{ name: 'headroom-x', targetPercent }];
        return { ...state, targets: { ...others, [call.direction]: { ...target, policies: own } } };
      }
    }
  };
  const nothing: CapacityState = { mode: 'on-demand', units: { read: 0, write: 0 }, indexes: {}, targets: {} };
  const walk = (from: CapacityState, to: Capacity) => walked(from, (state) => nextCapacityCall(state, to), taken);
  const at = (value: Capacity): CapacityState => walk(nothing, value).at(-1) ?? nothing;

  it('come to what is wanted from everywhere, by states that lie between, also when they turn around anywhere', () => {
    fc.assert(
      fc.property(wanted, wanted, fc.nat(30), (before, after, cut) => {
        const there = walk(at(before), after);
        expect(capacityValue(there.at(-1) ?? nothing)).toEqual(after);
        for (const state of there) expect(isBetweenCapacities(capacityValue(state), before, after)).toBe(true);
        const cutAt = there[cut % there.length] ?? nothing;
        const back = walk(cutAt, before);
        expect(capacityValue(back.at(-1) ?? nothing)).toEqual(before);
        for (const state of back) {
          expect(isBetweenCapacities(capacityValue(state), capacityValue(cutAt), before)).toBe(true);
        }
      }),
    );
  });

  it('set the units that were there, whatever auto scaling has made of them', () => {
    const fixed: Capacity = { mode: 'provisioned', units: { read: 7, write: 3 }, scaling: {}, indexes: {} };
    const scaled: Capacity = {
      ...fixed,
      units: { write: 3 },
      scaling: { read: { min: 5, max: 50, targetPercent: 70 } },
    };
    const breathing = { ...at(scaled), units: { read: 41, write: 3 } };
    expect(capacityValue(breathing)).toEqual(scaled);
    const back = walk(breathing, fixed);
    expect(back.at(-1)?.units).toEqual({ read: 7, write: 3 });
    // Nobody could scale again between the units and the end of what scaled them.
    const fromUnits = back.filter((state) => state.units.read === 7);
    expect(fromUnits.every(({ targets: { read } }) => read === undefined || read.isHeldStill)).toBe(true);
  });

  it('lead from nowhere that somebody else has made', () => {
    const before: Capacity = { mode: 'on-demand', scaling: {} };
    const after: Capacity = { mode: 'provisioned', units: { read: 7, write: 3 }, scaling: {}, indexes: {} };
    expect(isBetweenCapacities({ ...after, units: { read: 8, write: 3 } }, before, after)).toBe(false);
    const scaling = { read: { min: 1, max: 9, targetPercent: 70 } };
    expect(isBetweenCapacities({ mode: 'on-demand', scaling }, before, after)).toBe(false);
  });
});

describe('the calls that change what of an alias is kept ready', () => {
  const action = fc.record(
    {
      at: fc.constantFrom('cron(0 7 * * ? *)', 'cron(0 19 * * ? *)'),
      timezone: fc.constant('UTC'),
      units: fc.nat(9),
    },
    { noNullPrototype: true },
  );
  const wanted: fc.Arbitrary<Provisioned> = fc.oneof(
    fc.constant(null),
    fc.integer({ min: 1, max: 9 }),
    fc.array(action, { minLength: 1, maxLength: 4 }),
  );
  const taken = (state: ProvisionedState, call: ProvisionedCall): ProvisionedState => {
    const { target, units: now } = state;
    if (call.call === 'units') return { ...state, units: call.units };
    if (call.call === 'register') {
      return { ...state, target: { isForeign: false, actions: [], ...target, isHeldStill: false } };
    }
    if (target === undefined) throw new Error('Nothing is registered');
    switch (call.call) {
      case 'put-action':
        return { ...state, target: { ...target, actions: target.actions.toSpliced(call.index, 1, call.action) } };
      case 'delete-action':
        return { ...state, target: { ...target, actions: target.actions.toSpliced(call.index, 1) } };
      case 'hold-still':
        return { ...state, target: { ...target, isHeldStill: true } };
      case 'deregister':
        return { units: now };
    }
  };
  const walk = (from: ProvisionedState, to: Provisioned) =>
    walked(from, (state) => nextProvisionedCall(state, to), taken);

  it('come to what is wanted from everywhere, by states that lie between, also when they turn around anywhere', () => {
    fc.assert(
      fc.property(wanted, wanted, fc.nat(30), fc.nat(9), (before, after, cut, scaledTo) => {
        const start = walk({ units: null }, before).at(-1) ?? { units: null };
        const there = walk(start, after);
        expect(provisionedValue(there.at(-1) ?? start)).toEqual(after);
        const reached = there[cut % there.length] ?? start;
        // A schedule that is in force sets the units.
        const cutAt = reached.target?.isHeldStill === false ? { ...reached, units: scaledTo || null } : reached;
        const [value, sides] = [provisionedValue(cutAt), [before, after]];
        const isSide = sides.some((side) => JSON.stringify(side) === JSON.stringify(value));
        expect(isSide || isBetweenProvisioned(value, before, after)).toBe(true);
        const back = walk(cutAt, before).at(-1) ?? start;
        expect(provisionedValue(back)).toEqual(before);
      }),
    );
  });
});
