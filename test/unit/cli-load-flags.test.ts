import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparisonBodyOf, parseConfiguration } from '../../lib/cli/comparison-flags.ts';
import type { CliContext } from '../../lib/cli/context.ts';
import {
  type LoadFlags,
  loadTestBodyOf,
  withLevel,
  withOutcome,
  withPace,
  withTarget,
} from '../../lib/cli/load-flags.ts';
import { withKinds } from '../../lib/cli/load-kinds.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'headroom-flags-'));
  await writeFile(join(directory, 'checkout.yml'), 'config: {}\n');
});
afterAll(() => rm(directory, { recursive: true }));

const context = () => ({ workingDirectory: directory }) as CliContext;

async function bodyOf(args: string[]) {
  const command = withKinds(withOutcome(withPace(withLevel(withTarget(new Command())))));
  command.exitOverride().configureOutput({ writeErr: () => {} });
  command.parse(args, { from: 'user' });
  return loadTestBodyOf(command.opts<LoadFlags>(), context());
}

describe('A load test is asked for', () => {
  it('as a stress test', async () => {
    const levels = ['--start-users', '5', '--max-users', '500', '--step-users', '20', '--step', '1m'];
    const body = await bodyOf(['--test', 'stress', ...levels, '--max-error-rate', '0', '--max-step-p95', '800']);
    expect(body).toMatchObject({
      kind: 'stress',
      startUsers: 5,
      maxUsers: 500,
      stepUsers: 20,
      stepSeconds: 60,
      breakCriteria: { maxErrorRatePercent: 0, maxP95ResponseTimeMs: 800 },
    });
  });

  it('as a stress test of the open model, over HTTP/2', async () => {
    const body = await bodyOf(['--test', 'stress', '--start-rate', '10', '--max-rate', '99', '--http2']);
    expect(body).toMatchObject({ kind: 'stress', startRate: 10, maxRate: 99, protocol: 'http2' });
    expect(body).not.toHaveProperty('breakCriteria');
  });

  it('as a spike test, an endurance test, or all', async () => {
    const spike = ['--users', '20', '--spike-users', '300', '--spike-time', '15', '--recovery', '2m'];
    expect(await bodyOf(['--test', 'spike', ...spike])).toMatchObject({
      kind: 'spike',
      users: 20,
      spikeUsers: 300,
      spikeSeconds: 15,
      recoverySeconds: 120,
    });
    expect(await bodyOf(['--test', 'endurance'])).toMatchObject({ kind: 'endurance' });
    expect(await bodyOf(['--test', 'all', '--endurance-time', '10m'])).toMatchObject({
      kind: 'comprehensive',
      enduranceSeconds: 600,
    });
  });

  it('by a script, whose text is sent and nothing of what it says itself', async () => {
    expect(await bodyOf(['--url', 'http://127.0.0.1:1/a', '--artillery', 'checkout.yml'])).toEqual({
      kind: 'artillery',
      script: 'config: {}\n',
    });
  });

  it('of the path of the address, where no other is given', async () => {
    const { scenarios } = await bodyOf(['--url', 'http://127.0.0.1:1/a?b=1']);
    expect(scenarios).toEqual([{ name: 'GET /a', method: 'GET', path: '/a?b=1' }]);
  });

  it.each([
    ['--users 5 --rate 5', 'Give either --users (closed model) or rates (open model), not --users and --rate.'],
    ['--test spike --users 5 --spike-rate 9', /not --users and --spike-rate/],
    ['--spike-time 5', '--spike-time is for spike and comprehensive tests; this one is basic.'],
    [
      '--max-step-p95 5',
      '--max-error-rate (or --max-step-p95) is for stress and comprehensive tests; this one is basic.',
    ],
    ['--test stress --start-users 50 --max-users 9', '--max-users must not be below --start-users (50).'],
    ['--test stress --max-rate 9', '--start-rate and --max-rate go together.'],
    ['--test stress --users 50', '--users is not for stress tests: give --start-users and --max-users.'],
    ['--artillery checkout.yml --http2', /leave out --http2\./],
    ['--test stress --artillery checkout.yml', /either --test or --artillery/],
    ['--artillery checkout.yml --users 5 --path /a', /leave out --users, --path\./],
    ['--artillery none.yml', /cannot be read from none\.yml/],
    ['--timeout 9999h', /^--timeout: Too big/],
    ['--max-error-rate 101', /from 0 to 100/],
    ['--test load', /Allowed choices are basic, stress, spike, endurance, all/],
  ])('not with %s', async (args, message) => {
    await expect(bodyOf(args.split(' '))).rejects.toThrow(message);
  });
});

describe('A comparison is asked for', () => {
  it('by projects, and addresses of them', () => {
    expect(parseConfiguration('new=shop-next')).toEqual({ name: 'new', project: 'shop-next' });
    expect(parseConfiguration('2 GB=shop@http://127.0.0.1:1/a=b')).toEqual({
      name: '2 GB',
      project: 'shop',
      baseUrl: 'http://127.0.0.1:1/a=b',
    });
  });

  it.each([
    ['shop', 'must read like'],
    ['a=', 'must read like'],
    ['a/b=shop', 'Its name must be 1 to 60'],
    ['a=Shop', 'Its project'],
    ['a=shop@shop.example', 'Its address must be an http or https URL'],
  ])('not as %j', (text, message) => expect(() => parseConfiguration(text)).toThrow(message));

  const [a, b] = [parseConfiguration('a=shop'), parseConfiguration('b=shop')];
  it.each([
    [{}, 'not 0'],
    [{ config: [a, a] }, '--config names must differ.'],
    [{ config: [a, b], users: 1, rate: 1 }, 'Give either --users (closed model) or --rate (open model), not both.'],
    [{ config: [a, b], duration: 5 }, '--duration: Too small'],
  ])('not with %j', async (flags, message) => {
    await expect(comparisonBodyOf(flags, context())).rejects.toThrow(message);
  });
});
