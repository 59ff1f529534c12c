import { readFileSync } from 'node:fs';
import { Annotations, Aspects, CfnResource, type IAspect } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { type OptimizationExport, optimizationExport } from '../contracts/optimization-controls.ts';
import type { ChangeOf } from '../contracts/optimizations.ts';
import { templateProperties } from './properties.ts';
import { logicalIdOf, nameIn, physicalNameOf } from './resource-names.ts';

type Kept = OptimizationExport['changes'][number];
type AwsChange = ChangeOf<'aws'>;

export interface KeptOptimizationsOptions {
  /**
   * The construct of a resource, by what the project in Headroom calls it. Needed where the template gives it no name and the export
   * has no logical id of it, which it has where the project names its stack.
   */
  resources?: Readonly<Record<string, IConstruct>>;
}

/**
 * Writes into templates what runs of Headroom have kept, so that the next deployment does not undo it.
 *
 * @param scope an app, a stack, or any part of one
 * @param file of `headroom optimize export --output`
 * @throws Error when it is not there, or is no such file. What is not found in the scope is a warning at synthesis.
 */
export function keepOptimizations(scope: IConstruct, file: string, options: KeptOptimizationsOptions = {}): void {
  Aspects.of(scope).add(new KeptOptimizations(scope, readExport(file), options));
}

function readExport(file: string): OptimizationExport {
  const read = optimizationExport.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (read.success) return read.data;
  throw new Error(`${file} is no export of optimizations: write it by \`headroom optimize export --output ${file}\`.`);
}

/** At its scope, when all constructs are there: once for all of them, so that what is found nowhere can be told. */
class KeptOptimizations implements IAspect {
  readonly #scope: IConstruct;
  readonly #exported: OptimizationExport;
  readonly #options: KeptOptimizationsOptions;

  constructor(scope: IConstruct, exported: OptimizationExport, options: KeptOptimizationsOptions) {
    this.#scope = scope;
    this.#exported = exported;
    this.#options = options;
  }

  visit(node: IConstruct): void {
    if (node !== this.#scope) return;
    const resources = this.#scope.node.findAll().filter(CfnResource.isCfnResource);
    for (const kept of this.#exported.changes) {
      if (kept.change.kind !== 'aws') continue;
      const problem = this.#put(resources, kept, kept.change);
      if (problem !== undefined) Annotations.of(this.#scope).addWarningV2(`headroom:${kept.id}`, problem);
    }
  }

  /** @returns why not, in words */
  #put(resources: readonly CfnResource[], { logicalId, name, runId }: Kept, change: AwsChange): string | undefined {
    const { service, property, resource, after } = change;
    const what = `"${name}" (${property} of ${resource}, kept by run ${runId})`;
    const known = templateProperties[service].find(({ path }) => path.test(property));
    if (known === undefined) return `Headroom does not know how a template says ${what}.`;
    const { belongs, types, path, set } = known;
    const part = path.exec(property)?.[1] ?? '';
    const own = resources.filter((one) => types.includes(one.cfnResourceType));
    const isIt = this.#isResource(resource, logicalId);
    const found =
      belongs === undefined
        ? own.filter(isIt)
        : own.filter((one) => resources.some((owner) => isIt(owner) && belongs(one, logicalIdOf(owner), part)));
    const [only, ...others] = found;
    if (only === undefined) return `The next deployment may undo ${what}: nothing here is known to be it.`;
    if (others.length > 0) return `The next deployment may undo ${what}: ${found.length} resources here could be it.`;
    set(only, after);
    return undefined;
  }

  #isResource(resource: string, logicalId: string | undefined): (one: CfnResource) => boolean {
    const named = this.#options.resources?.[resource];
    if (named !== undefined) return (one) => one === named || one === named.node.defaultChild;
    return (one) => logicalIdOf(one) === logicalId || physicalNameOf(one) === nameIn(resource);
  }
}
