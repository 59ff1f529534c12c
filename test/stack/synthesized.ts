import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll } from 'vitest';
import { z } from 'zod';
import { type FunctionName, functionNames } from '../../lib/contracts/functions.ts';
import type { Bundle } from '../../lib/stack/bundle.ts';
import { optionsOfContext } from '../../lib/stack/context-options.ts';
import { HeadroomStack } from '../../lib/stack/headroom-stack.ts';
import { resolveIntrinsics } from './intrinsics.ts';

const cdkJson = z
  .object({ context: z.record(z.string(), z.unknown()) })
  .parse(JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')));

const template = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string() })),
  Conditions: z.record(z.string(), z.object({ 'Fn::Equals': z.tuple([z.unknown(), z.unknown()]) })).optional(),
  Outputs: z.record(z.string(), z.looseObject({ Value: z.unknown() })),
});
type Template = z.output<typeof template>;

/** What is deployed does not matter to how it is connected: each function holds a handler that does nothing. */
function idleBundles(directory: string): Record<FunctionName, Bundle> {
  mkdirSync(directory);
  writeFileSync(join(directory, 'index.mjs'), 'export const handler = async () => {};\n');
  return Object.fromEntries(functionNames.map((name) => [name, { directory }])) as Record<FunctionName, Bundle>;
}

const scratch: string[] = [];
afterAll(() => {
  for (const directory of scratch) rmSync(directory, { recursive: true, force: true });
});

/** @param context CDK's own settings, where a test wants others than cdk.json has */
export function idleStack(
  options: Record<string, unknown> = {},
  context: Record<string, unknown> = {},
): { app: App; stack: HeadroomStack } {
  const directory = mkdtempSync(join(tmpdir(), 'headroom-stack-'));
  scratch.push(directory);
  const app = new App({ context: { ...cdkJson.context, ...context, ...options }, outdir: join(directory, 'out') });
  const bundles = idleBundles(join(directory, 'bundle'));
  const layer = { directory: join(directory, 'bundle') };
  const given = { options: optionsOfContext({ ...options }), bundles, layer };
  return { app, stack: new HeadroomStack(app, 'Headroom', given) };
}

/** The template of a deployment, with every reference replaced by what it might be in an account. */
export class Synthesized {
  readonly template: Template;

  constructor(options: Record<string, unknown> = {}, region?: string) {
    // CDK checks a template for a second or more; one test lets it.
    const { app, stack } = idleStack(options, { '@aws-cdk/core:validateAgainstDefaultRules': false });
    const raw = template.parse(app.synth().getStackArtifact(stack.artifactId).template);
    this.template = template.parse(resolveIntrinsics(raw, region));
  }

  /** All resources of a type; `shape` names what of their properties a test looks at. */
  all<Shape extends z.ZodType>(type: string, shape: Shape): Array<z.output<Shape> & { logicalId: string }> {
    return Object.entries(this.template.Resources)
      .filter(([, { Type }]) => Type === type)
      .map(([logicalId, { Properties }]) => ({ ...(shape.parse(Properties) as object), logicalId })) as Array<
      z.output<Shape> & { logicalId: string }
    >;
  }

  output(name: string): unknown {
    return this.template.Outputs[name]?.Value;
  }
}
