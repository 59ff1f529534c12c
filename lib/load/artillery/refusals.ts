import type { Path } from './script-text.ts';

export type Refusal = { path: Path; message: string };

const environment = /\$(processEnvironment|env)\b/;
const forbiddenNames = new Set(['__proto__', 'constructor', 'prototype']);

/** What no part of a script may contain, wherever it stands. */
export function* refusalsOf(value: unknown, path: Path = []): Generator<Refusal> {
  if (typeof value === 'string') {
    if (environment.test(value)) yield { path, message: reads };
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    if (forbiddenNames.has(key)) yield { path: at, message: 'is no name that a script may use' };
    else if (environment.test(key)) yield { path: at, message: reads };
    yield* refusalsOf(inner, at);
  }
}

const reads =
  'reads the environment of the machine, which is not given to scripts: write the value into config.variables';
