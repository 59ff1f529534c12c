import type { FunctionName } from '../../contracts/functions.ts';
import type { Route } from '../../contracts/route.ts';
import { routeKey } from '../../contracts/routes.ts';

export interface RouteMatch {
  /** `PUT /v1/projects/{project}`, or `$default`. */
  routeKey: string;
  function: FunctionName;
  pathParameters: Record<string, string>;
}

export type MatchRoute = (method: string, path: string) => RouteMatch;

type Segment =
  | { kind: 'literal'; text: string }
  | { kind: 'parameter'; name: string }
  /** `{name+}`, which API Gateway takes as the last segment only: one segment or more. */
  | { kind: 'greedy'; name: string };

type GatewayRoute = Pick<Route, 'method' | 'path' | 'function'>;

const segmentOf = (text: string): Segment => {
  const name = /^\{([^{}+]+)(\+?)\}$/.exec(text);
  if (name?.[1] === undefined) return { kind: 'literal', text };
  return { kind: name[2] === '+' ? 'greedy' : 'parameter', name: name[1] };
};

const rank = { literal: 0, parameter: 1, greedy: 2 } as const;

/** API Gateway takes the most specific route: a literal before a parameter before a greedy one, from the left. */
const bySpecificity = (left: readonly Segment[], right: readonly Segment[]): number => {
  for (const [index, segment] of left.entries()) {
    const other = right[index];
    if (other === undefined) return -1;
    const difference = rank[segment.kind] - rank[other.kind];
    if (difference !== 0) return difference;
  }
  return 0;
};

/**
 * Finds the route of a request as API Gateway does. The path is matched after decoding, so an encoded slash separates
 * segments too.
 */
export function createRouteTable(routes: readonly GatewayRoute[], otherwise: FunctionName): MatchRoute {
  const table = routes
    .map((route) => ({ route, segments: route.path.slice(1).split('/').map(segmentOf) }))
    .toSorted((left, right) => bySpecificity(left.segments, right.segments));
  return (method, path) => {
    const parts = path.slice(1).split('/');
    for (const { route, segments } of table) {
      if (route.method !== method) continue;
      const pathParameters = matchSegments(segments, parts);
      if (pathParameters !== undefined) return { routeKey: routeKey(route), function: route.function, pathParameters };
    }
    return { routeKey: '$default', function: otherwise, pathParameters: {} };
  };
}

function matchSegments(segments: readonly Segment[], parts: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    if (part === undefined) return undefined;
    if (segment.kind === 'greedy') {
      const rest = parts.slice(index).join('/');
      if (rest === '') return undefined;
      parameters[segment.name] = rest;
      return parameters;
    }
    if (segment.kind === 'literal' ? part !== segment.text : part === '') return undefined;
    if (segment.kind === 'parameter') parameters[segment.name] = part;
  }
  return parts.length === segments.length ? parameters : undefined;
}
