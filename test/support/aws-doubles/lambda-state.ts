import { createHash } from 'node:crypto';
import { ServiceFailure } from './double.ts';

export interface LambdaVersion {
  version: string;
  memoryMb: number;
  description: string;
}

export interface LambdaFunction {
  name: string;
  tags: Record<string, string>;
  memoryMb: number;
  timeoutSeconds: number;
  architecture: 'x86_64' | 'arm64';
  runtime: string;
  codeBytes: number;
  code: string;
  /** As Lambda writes it: `2026-01-31T11:00:00.000+0000`. */
  lastModified?: string;
  revision: number;
  /** How often it must be asked before what was changed is in force. */
  pending: number;
  /** Whether the change under way is to fail. */
  updateFails: boolean;
  reservedConcurrency?: number;
  aliases: Map<string, { version: string; provisioned?: { units: number; pending: number } }>;
  versions: LambdaVersion[];
  /** All that were ever published: numbers are not given twice. */
  published: number;
  snapStart: boolean;
}

export interface EventSourceMapping {
  id: string;
  functionName: string;
  sourceArn: string;
  tags: Record<string, string>;
  batchSize: number;
  windowSeconds: number;
  maximumConcurrency?: number;
  pending: number;
}

export const lambdaArn = (name: string, qualifier?: string): string =>
  `arn:aws:lambda:us-east-1:123456789012:function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`;
export const mappingArn = (id: string): string => `arn:aws:lambda:us-east-1:123456789012:event-source-mapping:${id}`;

const managed = { 'headroom:managed': 'true' };

/** What the double of Lambda holds, to be set and looked at by tests. */
export class LambdaState {
  readonly functions = new Map<string, LambdaFunction>();
  readonly mappings = new Map<string, EventSourceMapping>();
  /** Changes take so many questions until they are in force. */
  settlesAfter = 1;

  add(name: string, settings: Partial<LambdaFunction> = {}): LambdaFunction {
    const added: LambdaFunction = {
      name,
      tags: managed,
      memoryMb: 512,
      timeoutSeconds: 10,
      architecture: 'x86_64',
      runtime: 'nodejs24.x',
      codeBytes: 1_000_000,
      code: 'first',
      revision: 1,
      pending: 0,
      updateFails: false,
      aliases: new Map(),
      versions: [],
      published: 0,
      snapStart: false,
      ...settings,
    };
    this.functions.set(name, added);
    return added;
  }

  addMapping(id: string, functionName: string, settings: Partial<EventSourceMapping> = {}): EventSourceMapping {
    const added: EventSourceMapping = {
      id,
      functionName,
      sourceArn: 'arn:aws:sqs:us-east-1:123456789012:orders',
      tags: managed,
      batchSize: 10,
      windowSeconds: 0,
      pending: 0,
      ...settings,
    };
    this.mappings.set(id, added);
    return added;
  }

  /** @param text a name or an ARN */
  find(text: string): LambdaFunction {
    const name = text.startsWith('arn:') ? (text.split(':')[6] ?? '') : text;
    const found = this.functions.get(name);
    if (found === undefined) throw new ServiceFailure('ResourceNotFoundException', 404);
    return found;
  }

  revisionId({ name, revision }: LambdaFunction): string {
    return createHash('sha256').update(`${name}-${revision}`).digest('hex').slice(0, 32);
  }

  /** What becomes of a change as time goes by, which here is counted in questions. */
  pass(one: LambdaFunction): 'InProgress' | 'Successful' | 'Failed' {
    if (one.pending > 0) {
      one.pending--;
      return 'InProgress';
    }
    if (one.updateFails) return 'Failed';
    return 'Successful';
  }
}
