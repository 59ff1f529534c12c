import type { Refusal } from './refusals.ts';
import type { ScriptTarget } from './script.ts';
import type { CheckedScript } from './script-schema.ts';
import { type FlowStep, methods } from './script-steps.ts';
import type { Path } from './script-text.ts';
import { originOf } from './target-origin.ts';

/** What a script says of where it sends its requests to. What a variable brings at run time is seen by the guard then. */
export function* urlFaultsOf(
  { config, scenarios, before, after }: CheckedScript,
  target: ScriptTarget,
): Generator<Refusal> {
  const origin = originOf(target);
  if (config.target !== undefined) {
    const why = foreign(config.target, origin);
    if (why !== undefined) yield { path: ['config', 'target'], message: `${why}; leave it out` };
  }
  const flows: [Path, FlowStep[]][] = scenarios.map(({ flow }, index) => [['scenarios', index, 'flow'], flow]);
  if (before) flows.push([['before', 'flow'], before.flow]);
  if (after) flows.push([['after', 'flow'], after.flow]);
  for (const [path, flow] of flows) yield* flowFaultsOf(flow, path, origin);
}

function* flowFaultsOf(flow: FlowStep[], path: Path, origin: string): Generator<Refusal> {
  for (const [index, step] of flow.entries()) {
    for (const inner of ['loop', 'parallel']) {
      if (Array.isArray(step[inner])) yield* flowFaultsOf(step[inner], [...path, index, inner], origin);
    }
    for (const method of methods) {
      const request = step[method];
      if (typeof request !== 'object' || request === null) continue;
      for (const key of ['url', 'uri'] as const) {
        const url: unknown = Reflect.get(request, key);
        if (typeof url !== 'string' || url.startsWith('/') || url.startsWith('{{')) continue;
        const why = foreign(url, origin);
        if (why !== undefined) yield { path: [...path, index, method, key], message: why };
      }
    }
  }
}

function foreign(url: string, origin: string): string | undefined {
  if (url.includes('{{')) return `must not have variables in its origin; a path begins with /`;
  if (!URL.canParse(url)) return `must be a path that begins with /, or a URL of ${origin}`;
  const parsed = new URL(url);
  if (parsed.username !== '' || parsed.password !== '') return 'must not carry credentials: use `auth`';
  return parsed.origin === origin ? undefined : `is of another origin than the project’s target, ${origin}`;
}
