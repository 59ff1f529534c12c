import { valuePlaceholder } from '../../contracts/route-pattern.ts';
import type { ImportedScenarios } from '../../contracts/scenario-imports.ts';
import type { ImportTarget } from './base-path.ts';
import { CollectedScenarios, maxScenarios } from './collected-scenarios.ts';
import { LeftOut } from './left-out.ts';
import { percentDecoded } from './literal.ts';
import { type LogOptions, LogReader, type ReplayableRequest } from './log-reader.ts';
import { LoggedRoute, type RouteShape } from './logged-route.ts';
import { RouteTree } from './route-tree.ts';

const notes = {
  rare: `Of routes beyond the ${maxScenarios} most frequent ones`,
  bodiless: 'Taken, without its body: a log does not have it',
} as const;

const methodsWithBody: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/**
 * A scenario for each route of an access log (its hundred most frequent ones), with the weight of how often it was asked
 * for, and the values of its requests as data.
 *
 * The log is read three times, line by line, so that no more is held than its routes: for the names in its paths, for the
 * most frequent routes, and for their values.
 */
export function scenariosFromAccessLog(text: string, target: ImportTarget, options: LogOptions): ImportedScenarios {
  const collected = new CollectedScenarios();
  const reader = new LogReader(text, target, options);
  const tree = new RouteTree();
  const minutes = new Map<number, number>();
  let total = 0;
  for (const { segments, timeMs } of reader.requests(collected.leftOut)) {
    tree.learn(segments);
    total++;
    if (timeMs !== undefined) countUp(minutes, Math.floor(timeMs / 60_000));
  }
  const routes = mostFrequentRoutes(reader, tree);
  fill(routes, reader, tree, collected.leftOut);
  let taken = 0;
  for (const route of routes.values()) {
    if (!collected.add(route.toScenario(), route.name, route.count)) continue;
    taken += route.count;
    if (methodsWithBody.has(route.method)) collected.leftOut.add(notes.bodiless, route.name, route.count);
  }
  // Of the busiest minute, the share that is played back.
  const busiest = minutes.values().reduce((most, count) => Math.max(most, count), 0);
  const arrivalRate = (busiest / 60) * (taken / Math.max(1, total));
  return { ...collected.answer(), ...(arrivalRate > 0 ? { arrivalRate: Math.ceil(arrivalRate * 1000) / 1000 } : {}) };
}

const countUp = <Key>(counts: Map<Key, number>, key: Key): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

const shapeOf = ({ method, segments, query }: ReplayableRequest, tree: RouteTree): RouteShape => ({
  method,
  pattern: tree.patternOf(segments),
  parameters: [...query.keys()],
});

const keyOf = ({ method, pattern, parameters }: RouteShape): string => JSON.stringify([method, pattern, parameters]);

/** By their keys, the most frequent first. */
function mostFrequentRoutes(reader: LogReader, tree: RouteTree): Map<string, LoggedRoute> {
  const counts = new Map<string, { shape: RouteShape; count: number }>();
  for (const request of reader.requests(new LeftOut())) {
    const shape = shapeOf(request, tree);
    const key = keyOf(shape);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { shape, count: 1 });
    else known.count++;
  }
  const ranked = [...counts].sort(([, a], [, b]) => b.count - a.count).slice(0, maxScenarios);
  return new Map(ranked.map(([key, { shape }]) => [key, new LoggedRoute(shape)]));
}

function fill(routes: ReadonlyMap<string, LoggedRoute>, reader: LogReader, tree: RouteTree, leftOut: LeftOut): void {
  for (const request of reader.requests(new LeftOut())) {
    const shape = shapeOf(request, tree);
    const route = routes.get(keyOf(shape));
    if (route === undefined) leftOut.add(notes.rare, `${request.method} /${shape.pattern.join('/')}`);
    else {
      const values = request.segments.filter((_, index) => shape.pattern[index] === valuePlaceholder);
      route.add([...values.map(percentDecoded), ...request.query.values()]);
    }
  }
}
