import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { type AnswerFaults, headerOf, jsonOf, textOf } from './answer-faults.ts';
import type { Api } from './api.ts';
import { accessFault, type Caller } from './callers.ts';
import type { Known } from './known.ts';
import type { FuzzAnswer, FuzzedPlatform, SentRequest } from './platform.ts';
import { type Recipe, type RecipesOptions, recipesOf, requestOf } from './requests.ts';

export interface CampaignOptions extends RecipesOptions {
  api: Api;
  platform: Pick<FuzzedPlatform, 'send' | 'logOf'>;
  callers: ReadonlyMap<string, Caller>;
  knowledge: Known;
  faults: AnswerFaults;
  /** What is looked up in place of other names by what erases a project, or most of it. */
  erasing: Readonly<Record<string, string>>;
  /** What else may be wrong with what a caller was told. */
  leakOf(caller: Caller, request: SentRequest, answer: FuzzAnswer): string | undefined;
}

export interface Orders {
  seed: number;
  requests: number;
  /** Who asks; who stands here more often, asks more often. */
  names: readonly string[];
  /** What is looked up in place of other names by what changes something; absent: all that there is is to be changed. */
  changing?: Readonly<Record<string, string>>;
}

export interface Outcome {
  /** A fault each, by the smallest request that was found to show it. */
  reports: string[];
  /** So many answers had the status. */
  statuses: Record<string, number>;
}

/** Requests that are drawn, and shrunk, together. */
const batch = 50;

/** Asks anything of any operation, and holds every answer against what the document says, and what the caller may know. */
export async function wage(
  options: CampaignOptions,
  { seed, requests, names, changing = {} }: Orders,
): Promise<Outcome> {
  const { api, platform, callers, knowledge, faults, erasing } = options;
  const tokens = new Map(
    [...callers].flatMap(([name, { token }]) => (token === undefined ? [] : [[name, token] as const])),
  );
  const outcome: Outcome = { reports: [], statuses: {} };
  const told = new Set<string>();
  const faultOf = (recipe: Recipe, request: SentRequest, answer: FuzzAnswer): string | undefined => {
    const caller = callers.get(recipe.caller) ?? {};
    const operation = answer.routeKey === undefined ? undefined : api.at(answer.routeKey);
    const { bend } = recipe;
    const isForged = bend?.in === 'header' && bend.name === 'authorization';
    return (
      faults.of(request, answer) ??
      (isForged ? undefined : accessFault(caller, operation, answer)) ??
      options.leakOf(caller, request, answer)
    );
  };
  const callersDrawn = fc.constantFrom(...names);
  const recipes = fc.oneof(...api.operations.map((operation) => recipesOf(operation, callersDrawn, options)));
  const property = fc.asyncProperty(recipes as fc.Arbitrary<Recipe>, async (recipe) => {
    const request = requestOf(recipe, { api, tokens, knowledge, changing, erasing });
    const answer = await answered(platform, request);
    outcome.statuses[answer.status] = (outcome.statuses[answer.status] ?? 0) + 1;
    const json = jsonOf(answer);
    if (json !== undefined) knowledge.learn(json, recipe.operation, answer.pathParameters.project);
    const fault = faultOf(recipe, request, answer);
    if (fault !== undefined && !told.has(`${answer.routeKey} ${fault}`))
      throw new Fault(fault, recipe, request, answer);
  });
  for (let sent = 0; sent < requests; sent += batch) {
    const numRuns = Math.min(batch, requests - sent);
    const { failed, errorInstance } = await fc.check(property, { numRuns, seed: seed + sent });
    if (!failed) continue;
    if (!(errorInstance instanceof Fault)) throw errorInstance;
    const { fault, answer } = errorInstance;
    told.add(`${answer.routeKey} ${fault}`);
    outcome.reports.push(errorInstance.toldWith(platform.logOf(headerOf(answer, 'x-correlation-id') ?? '-')));
  }
  return outcome;
}

/** What is busy says when to come back, and is taken at its word once: this machine has other things to do, too. */
async function answered({ send }: Pick<FuzzedPlatform, 'send'>, request: SentRequest): Promise<FuzzAnswer> {
  const answer = await send(request);
  const seconds = headerOf(answer, 'retry-after');
  if (answer.status !== 503 || seconds === undefined) return answer;
  await pause(Number(seconds) * 1_000);
  return send(request);
}

/** What is wrong with an answer, with all that it takes to ask again. */
class Fault extends Error {
  readonly fault: string;
  readonly recipe: Recipe;
  readonly request: SentRequest;
  readonly answer: FuzzAnswer;

  constructor(fault: string, recipe: Recipe, request: SentRequest, answer: FuzzAnswer) {
    super(fault);
    this.fault = fault;
    this.recipe = recipe;
    this.request = request;
    this.answer = answer;
  }

  toldWith(log: readonly string[]): string {
    const { method, target, headers, body } = this.request;
    const { status, routeKey } = this.answer;
    return [
      `${this.recipe.operation}: ${this.fault} (${routeKey}, by ${this.recipe.caller})`,
      `${method} ${target}`,
      ...headers.map((pair) => pair.join(': ')),
      body.toString('utf8').slice(0, 2_000),
      `-> ${status} ${textOf(this.answer).slice(0, 1_000)}`,
      ...log,
    ].join('\n');
  }
}
