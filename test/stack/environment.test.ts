import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { configurationOf } from '../../lib/contracts/configuration.ts';
import { edgeVariable } from '../../lib/contracts/function-variables.ts';
import { functionDefinition, functionNames } from '../../lib/contracts/functions.ts';
import { Synthesized } from './synthesized.ts';

const shape = z.looseObject({
  FunctionName: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
});
const environmentOf = (synthesized: Synthesized, functionName: string): Record<string, string> => {
  const found = synthesized
    .all('AWS::Lambda::Function', shape)
    .find(({ FunctionName }) => FunctionName === functionName);
  return found?.Environment.Variables ?? {};
};

const main = new Synthesized();
const lab = new Synthesized({ stage: 'lab', privateTargets: 'allow', loadWorkers: '7', testingPolicy: 'read' });

const none = new Synthesized({ cacheTier: 'none' });

describe.each(functionNames)('the environment of %s', (name) => {
  const environment = environmentOf(main, `headroom-main-${name}`);

  it('is what the function demands', () => {
    expect(configurationOf(name).safeParse(environment).error).toBeUndefined();
  });

  it('holds nothing that the function was not granted', () => {
    const ours = Object.keys(environment).filter((variable) => !variable.startsWith('POWERTOOLS_'));
    // What a distribution says is given only where there is one.
    const granted = Object.keys(configurationOf(name).shape).filter((variable) => variable !== edgeVariable);
    expect(ours.sort()).toEqual(granted.sort());
  });

  it('leads to the queues of its own stage', () => {
    const urls = Object.values(environmentOf(lab, `headroom-lab-${name}`)).filter((value) =>
      value.startsWith('https:'),
    );
    expect(urls.filter((url) => !url.includes('/headroom-lab-'))).toEqual([]);
    const { sends, trigger } = functionDefinition(name);
    if (sends.length > 0 || trigger.kind === 'queue') expect(urls).not.toHaveLength(0);
  });
});

describe.each(functionNames)('the environment of %s without tier 2', (name) => {
  const environment = environmentOf(none, `headroom-main-${name}`);

  it('is what it is with it, but for Redis, and still what the function demands', () => {
    const withTier = Object.entries(environmentOf(main, `headroom-main-${name}`));
    expect(environment).toEqual(Object.fromEntries(withTier.filter(([variable]) => !variable.startsWith('REDIS_'))));
    expect(configurationOf(name).safeParse(environment).error).toBeUndefined();
  });
});

it('carries the options of the deployment', () => {
  expect(environmentOf(lab, 'headroom-lab-check-controller')).toMatchObject({
    HEADROOM_STAGE: 'lab',
    POWERTOOLS_METRICS_NAMESPACE: 'Headroom/lab',
    HEADROOM_PRIVATE_TARGETS: 'allow',
    HEADROOM_LOAD_WORKERS: '7',
    HEADROOM_TESTING_POLICY: 'read',
  });
  expect(environmentOf(main, 'headroom-main-check-controller')).toMatchObject({
    HEADROOM_PRIVATE_TARGETS: 'deny',
    HEADROOM_TESTING_POLICY: 'unread',
  });
});

it('points a consumer at its queue and at the dead letters of that queue', () => {
  const environment = environmentOf(main, 'headroom-main-task-worker');
  expect(environment.QUEUE_TASKS).toMatch(/\/headroom-main-tasks$/);
  expect(environment.DEAD_LETTERS_TASKS).toMatch(/\/headroom-main-tasks-dead-letters$/);
});

it('gives who invokes functions the names that those of its own stage were deployed with', () => {
  for (const [deployment, stage] of [
    [main, 'main'],
    [lab, 'lab'],
  ] as const) {
    const environment = environmentOf(deployment, `headroom-${stage}-load-controller`);
    expect(environment.FUNCTION_LOAD_WORKER).toBe(`headroom-${stage}-load-worker`);
  }
});

it('leads the metrics of a stage, and the dashboard that shows them, into a namespace of that stage', () => {
  for (const [deployment, namespace, other] of [
    [main, 'Headroom/main', 'Headroom/lab'],
    [lab, 'Headroom/lab', 'Headroom/main'],
  ] as const) {
    const [board] = deployment.all('AWS::CloudWatch::Dashboard', z.looseObject({ DashboardBody: z.string() }));
    expect(board?.DashboardBody).toContain(`"${namespace}","Messages"`);
    expect(board?.DashboardBody).not.toContain(other);
  }
});
