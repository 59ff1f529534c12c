import { expect, it } from 'vitest';
import { Invocations } from '../../../../lib/sdk/telemetry/lambda/invocations.ts';
import { OwnErrors } from '../../../../lib/sdk/telemetry/own-errors.ts';
import { RequestLoad } from '../../../../lib/sdk/telemetry/request-load.ts';

it('counts an invocation out once, also one that was forgotten as one of too many', () => {
  const load = new RequestLoad(performance.now());
  const nothing = () => {};
  const recorder = {
    flushMs: 10_000,
    isEmpty: () => true,
    add: nothing,
    load,
    pause: nothing,
    resume: nothing,
    catchUp: nothing,
    renew: nothing,
    close: nothing,
    send: async () => true,
  };
  const invocations = new Invocations(recorder, new OwnErrors(nothing), {});
  const begun = Array.from({ length: 1_001 }, () => invocations.begin({}, undefined));
  for (const each of begun) each?.answered('done');
  load.takePeak();
  invocations.begin({}, undefined)?.answered('done');
  expect(load.takePeak()).toBe(1);
});
