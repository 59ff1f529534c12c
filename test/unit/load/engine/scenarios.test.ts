import { describe, expect, it } from 'vitest';
import type { EngineScenario } from '../../../../lib/load/engine/plan.ts';
import { Scenarios } from '../../../../lib/load/engine/scenarios.ts';
import { Random } from '../../../../lib/statistics/random.ts';
import { flow, scenario, step } from '../../../support/engine-run.ts';

const compile = (...scenarios: EngineScenario[]): Scenarios => {
  const target = { protocol: 'http:', hostname: 'shop.example', port: 80 } as const;
  return new Scenarios({ target, scenarios }, { random: new Random(1), nextInSequence: () => 0 });
};

const id = { id: { jsonPath: '$.id' } };

describe('the names that a request can refer to', () => {
  it('are those of the data, of `before`, and of the requests before it', () => {
    compile(
      flow('buy', [step('/{{token}}/{{name}}', { captures: id }), step('/{{id}}')], {
        before: [step('/login/{{name}}', { name: 'login', captures: { token: { header: 'x-token' } } })],
        data: { columns: ['name'], rows: [['ann']], order: 'random' },
      }),
    );
  });

  it.each<[string, EngineScenario, string]>([
    [
      'its own',
      flow('buy', [step('/{{id}}', { captures: id })]),
      'Scenario "buy", request "/{{id}}": there is no {{id}}; there are random(), randomWord(), uuid(), seq().',
    ],
    [
      'a later one',
      flow('buy', [
        step('/a', { captures: { first: { header: 'a' } } }),
        step('/{{id}}'),
        step('/c', { captures: id }),
      ]),
      'there is no {{id}}; there are random(), randomWord(), uuid(), seq(), first.',
    ],
    ['another scenario’s', scenario('/{{id}}'), 'Scenario "/{{id}}": there is no {{id}}'],
  ])('are not %s', (_, wrong, message) => {
    expect(() => compile(flow('other', [step('/x', { captures: id })]), wrong)).toThrow(message);
  });
});

it('tells figures by scenario, and those of flows and of `before` by request', () => {
  const { figureNames } = compile(
    scenario('/plain'),
    scenario('/me', { before: [step('/login')] }),
    flow('buy', [step('/a'), step('/b')], { before: [step('/in')] }),
  );
  expect(figureNames).toEqual(['/plain', '/me > /login', '/me', 'buy > /in', 'buy > /a', 'buy > /b']);
});

it.each<[string, EngineScenario, RegExp]>([
  ['two requests of one name', flow('buy', [step('/a'), step('/a')]), /share a name/],
  ['no requests', flow('buy', []), /has no requests/],
  ['data without rows', scenario('/', { data: { columns: ['a'], rows: [], order: 'random' } }), /no rows/],
  ['a path that is none', scenario('/', { checks: [{ jsonPath: '$[' }] }), /Scenario "\/": "\$\[" is no JSONPath/],
])('refuses %s', (_, wrong, message) => {
  expect(() => compile(wrong)).toThrow(message);
});
