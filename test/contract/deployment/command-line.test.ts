import { STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ports } from '../../../lib/cli/context.ts';
import type { CreatedKey } from '../../../lib/contracts/keys.ts';
import { requireCaller } from '../../../lib/deployment/caller.ts';
import { runInProcess } from '../../support/cli-in-process.ts';
import { startDeploymentAccount } from '../../support/deployment/account.ts';

let account: Awaited<ReturnType<typeof startDeploymentAccount>>;
beforeAll(async () => {
  account = await startDeploymentAccount();
});
afterAll(() => account.stop());
beforeEach(() => account.clear());

/** What a person answers, in order; nobody where they have run out. */
let answers: string[] = [];
let keyMadeIn: string | undefined;
const ports: Partial<Ports> = {
  deployments: () => account.deployments(),
  ask: async () => answers.shift(),
  createKeyInTable: async (table) => {
    keyMadeIn = table;
    return {
      keyId: 'k1',
      token: 'hr_secret',
      name: 'first',
      scope: 'admin',
      createdAt: '2026-01-01T00:00:00Z',
    } as CreatedKey;
  },
};
const run = (...args: string[]) => runInProcess(args, '/', {}, ports);

describe('headroom deploy', () => {
  it('looks first, and names each thing with what to do about it', async () => {
    account.state.bootstrap = undefined;
    account.state.concurrency = 10;
    const { code, out, err } = await run('deploy', '--preflight');
    expect(code).toBe(2);
    expect(out).toContain('ok   credentials: arn:aws:iam::123456789012:user/ops in account 123456789012, eu-central-1');
    expect(out).toMatch(/fail bootstrap: .*\n.*npx cdk bootstrap aws:\/\/123456789012\/eu-central-1/);
    expect(out).toMatch(/(warn|fail) Lambda: 10 executions at once/);
    expect(err).toContain('It would fail.');
    expect(account.doubles.cloudformation.changes).toEqual([]);
  });

  it('says that AWS is out of reach, and not that it refuses', async () => {
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const sts = new STSClient({ endpoint: 'http://127.0.0.1:9', region: 'eu-central-1', credentials, maxAttempts: 1 });
    await expect(requireCaller({ sts })).rejects.toThrow(/^AWS cannot be reached in eu-central-1: .*ECONNREFUSED/);
  });

  it('names the option that was probably meant', async () => {
    const { code, err } = await run('deploy', '--preflight', '--option', 'cachetier=none');
    expect([code, err]).toEqual([2, expect.stringContaining('There is no option cachetier: did you mean cacheTier?')]);
  });

  it.each([
    ['ROLLBACK_COMPLETE', 'headroom destroy --stage main'],
    ['UPDATE_IN_PROGRESS', 'Wait until it is done'],
    ['UPDATE_ROLLBACK_FAILED', 'continue-update-rollback'],
  ])('does not begin on a stack that is %s', async (status, advice) => {
    account.state.stacks.set('headroom-main', { id: 'arn:1', status, outputs: {}, events: [] });
    const { code, err } = await run('deploy', '--yes');
    expect(code).toBe(2);
    expect(err).toContain(advice);
    expect(account.doubles.cloudformation.changes).toEqual([]);
  });

  it('says the cost, deploys, shows the steps, and makes the first key', async () => {
    const { code, out, err } = await run('deploy', '--stage', 'lab', '--option', 'cacheTier=none', '--yes');
    expect(code).toBe(0);
    expect(err).toMatch(/alarms +7\.50/);
    expect(err).toMatch(/CREATE_COMPLETE +TablesHistory/);
    expect(out).toContain('Headroom answers at https://api.example.com');
    expect(out).toContain('hr_secret');
    expect(keyMadeIn).toBe('headroom-lab-TablesHistory1');
  });

  it('makes no second key when it is deployed again', async () => {
    await run('deploy', '--yes');
    keyMadeIn = undefined;
    const { code, out } = await run('deploy', '--yes', '--json');
    expect(code).toBe(0);
    expect(keyMadeIn).toBeUndefined();
    expect(JSON.parse(out)).toMatchObject({ stage: 'main', url: 'https://api.example.com' });
  });

  it('asks before, and does nothing where nobody answers', async () => {
    answers = [];
    const { code, err } = await run('deploy');
    expect(code).toBe(2);
    expect(err).toContain('--yes');
    answers = ['no'];
    expect((await run('deploy')).err).toContain('Nothing was done.');
    expect(account.doubles.cloudformation.changes).toEqual([]);
  });

  it('hands the options to CDK as text', async () => {
    const { out } = await run(
      'deploy',
      '--diff',
      '--stage',
      'lab',
      '--option',
      'tags=team=perf',
      '--option',
      'loadWorkers=3',
    );
    expect(out).toContain('diff headroom-lab --no-color -c tags=team=perf -c loadWorkers=3 -c stage=lab');
  });

  it('tells why it failed', async () => {
    process.env.CDK_FAILS = 'Resource limit exceeded';
    try {
      const { code, err } = await run('deploy', '--yes');
      expect(code).toBe(2);
      expect(err).toContain('It was not deployed: ');
      expect(err).toContain('Resource limit exceeded');
    } finally {
      delete process.env.CDK_FAILS;
    }
  });

  it('is one clear sentence without credentials', async () => {
    account.doubles.sts.fail('GetCallerIdentity', 'ExpiredToken', { status: 403 });
    const { code, err } = await run('deploy');
    expect(code).toBe(2);
    expect(err.trim()).toBe('Your AWS credentials have expired: sign in again.');
  });
});

describe('headroom destroy', () => {
  const residue = async (stage = 'main') => {
    await run('deploy', '--yes', '--stage', stage);
    account.state.logGroups = new Set([
      `/aws/lambda/headroom-${stage}-tick`,
      `/aws/lambda/headroom-${stage}-eu-tick`,
      `/aws/vendedlogs/headroom-${stage}-api`,
      '/aws/lambda/other',
    ]);
    account.state.alarms = new Set([`headroom-${stage}/shop/cpu`, `headroom-${stage}-eu/shop/cpu`]);
  };

  it('removes what the stack leaves, and nothing of another stage; tables stay without a word', async () => {
    await residue();
    answers = [];
    const { code, out } = await run('destroy', '--yes');
    expect(code).toBe(0);
    expect([...account.state.logGroups]).toEqual(['/aws/lambda/headroom-main-eu-tick', '/aws/lambda/other']);
    expect([...account.state.alarms]).toEqual(['headroom-main-eu/shop/cpu']);
    expect([...account.state.tables.keys()]).toHaveLength(2);
    expect(out).toContain('kept     table headroom-main-TablesHistory1');
    expect(out).toContain('npx cdk gc');
  });

  it('deletes the tables when the stage is named once more', async () => {
    await residue();
    const { code } = await run('destroy', '--yes', '--delete-data', 'main');
    expect(code).toBe(0);
    expect([...account.state.tables.keys()]).toEqual([]);
  });

  it('asks for the name of the stage, twice', async () => {
    await residue();
    answers = ['main', 'main'];
    const { out } = await run('destroy');
    expect(out).toContain('removed  table headroom-main-TablesHistory1');
    await residue();
    answers = ['main', ''];
    expect((await run('destroy')).out).toContain('kept     table');
    answers = ['other'];
    await residue('lab');
    expect((await run('destroy', '--stage', 'lab')).err).toContain('Nothing was done.');
    expect(account.state.stacks.get('headroom-lab')?.status).toBe('CREATE_COMPLETE');
  });

  it('never deletes data of a stage that was named by mistake', async () => {
    await residue();
    const { code, err } = await run('destroy', '--yes', '--delete-data', 'lab');
    expect(code).toBe(2);
    expect(err).toContain('--delete-data names lab, and the stage is main.');
    expect(account.state.tables.size).toBe(2);
  });

  it('names what could not be deleted', async () => {
    await residue();
    account.state.undeletable = 'CacheTierNetworkCallers';
    const { code, err } = await run('destroy', '--yes');
    expect(code).toBe(2);
    expect(err).toContain('CacheTierNetworkCallers: it is in use');
  });

  it('clears up after a stack that is gone already', async () => {
    account.state.logGroups.add('/aws/lambda/headroom-main-tick');
    const { code, err } = await run('destroy', '--yes');
    expect(code).toBe(0);
    expect(err).toContain('There is no stack headroom-main');
    expect(account.state.logGroups.size).toBe(0);
  });
});

describe('headroom cost --actual', () => {
  it('prices what CloudWatch counted, and what is paid by the month', async () => {
    await run('deploy', '--yes');
    account.state.metrics = { Count: 2e6, ConsumedWriteCapacityUnits: 1e6 };
    const { code, out } = await run('cost', '--actual', '--days', '30', '--json');
    expect(code).toBe(0);
    const { ofUse, measured } = JSON.parse(out);
    expect(measured).toMatchObject({ apiRequests: 2e6, writeUnits: 2e6, invocations: 0 });
    const months = 30 / (730 / 24);
    const of = (item: string) => ofUse.find((one: { item: string }) => one.item === item).usdPerMonth;
    expect(of('API Gateway')).toBeCloseTo(2 / months, 6);
    // Of two tables.
    expect(of('DynamoDB')).toBeCloseTo((2 * 0.625) / months, 6);
    expect(of('ElastiCache')).toBeCloseTo(6.132, 3);
    expect(of('dashboard')).toBe(3);
  });

  it('says where nothing is deployed', async () => {
    const { code, err } = await run('cost', '--actual');
    expect(code).toBe(2);
    expect(err).toContain('There is no stack headroom-main');
  });
});

describe('headroom cost', () => {
  it('needs nothing, and adds up', async () => {
    const { code, out } = await runInProcess(
      ['cost', '--requests', '10e6', '--load-test', '1000,300,20', '--json'],
      '/',
    );
    expect(code).toBe(0);
    const { atRest, ofUse, prices } = JSON.parse(out);
    expect(prices).toEqual({ asOf: expect.any(String), region: 'us-east-1', currency: 'USD' });
    expect(atRest.map(({ item }: { item: string }) => item)).toContain('polling of queues');
    // 4 workers of 1769 MB for 300 s, 20 times.
    const [, loadTests] = ofUse;
    expect(loadTests.usdPerMonth).toBeCloseTo(4 * 300 * 20 * (1769 / 1024) * 0.0000133334, 6);
  });

  it.each(['--requests', '--instances', '--load-test'])('refuses what is no number for %s', async (flag) => {
    expect((await runInProcess(['cost', flag, 'many'], '/')).code).toBe(2);
  });
});
