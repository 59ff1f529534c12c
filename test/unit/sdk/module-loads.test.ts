import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ModuleLoads } from '../../../lib/sdk/telemetry/module-loads.ts';
import { OwnErrors } from '../../../lib/sdk/telemetry/own-errors.ts';

const directory = mkdtempSync(join(tmpdir(), 'headroom-loads-'));
afterAll(() => rmSync(directory, { recursive: true }));

const load = (file: string): object => {
  const path = join(directory, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'export const own = 1;');
  return createRequire(import.meta.url)(path);
};

it('shows the files of installed packages, and lets those of the host alone that are called like them', () => {
  const seen: object[] = [];
  const shown: string[] = [];
  new ModuleLoads(new OwnErrors(() => {})).on(['/koa/lib/application.js'], (exports) => seen.push(exports));
  const show: (url: string, exports: object) => void = Reflect.get(globalThis, Symbol.for('headroom.module'));
  Reflect.set(globalThis, Symbol.for('headroom.module'), (url: string, exports: object) => {
    shown.push(url);
    show(url, exports);
  });
  const own = [load('koa/lib/application.mjs'), load('application.mjs')];
  expect([seen, shown]).toEqual([[], []]);
  const installed = load('node_modules/koa/lib/application.mjs');
  expect(seen).toContain(installed);
  expect(shown).toHaveLength(1);
  expect(seen.some((each) => own.includes(each))).toBe(false);
  expect(() => show('not a file', {})).not.toThrow();
});
