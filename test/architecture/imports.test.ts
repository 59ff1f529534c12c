import { describe, expect, it } from 'vitest';
import { faultOf } from './direction.ts';
import { importsOf, sourceFiles } from './source.ts';

const files = sourceFiles();
const ours = files.filter(({ path }) => !path.startsWith('test/'));

/** What a capability keeps in the table is read and written by these. */
const stores = new Set(
  ours.filter(({ imports }) => imports.some(({ to }) => to.startsWith('lib/platform/table/'))).map(({ path }) => path),
);

const importing = (from: string, module: string): string | undefined => {
  const [found] = importsOf(from, `import { it } from '${module}';`);
  if (found === undefined) throw new Error('the import was not seen');
  return faultOf(found, new Set(['lib/projects/store.ts', 'lib/projects/service.ts']));
};

describe('The direction of imports', () => {
  it('is kept everywhere', () => {
    expect(ours.length).toBeGreaterThan(50);
    expect(stores.size).toBeGreaterThan(3);
    expect(
      ours
        .flatMap(({ imports }) => imports.map((each) => faultOf(each, stores)))
        .filter((fault) => fault !== undefined),
    ).toEqual([]);
  });

  it.each([
    ['lib/contracts/routes.ts', '../platform/errors.ts'],
    ['lib/contracts/routes.ts', 'ulid'],
    ['lib/statistics/sketch.ts', '../contracts/load.ts'],
    ['lib/platform/errors.ts', '../projects/service.ts'],
    ['lib/pages/plot.ts', '../platform/errors.ts'],
    ['lib/pages/plot.ts', '../load/report/html.ts'],
    ['lib/projects/service.ts', '../pages/markup.ts'],
    ['lib/projects/service.ts', '../load/service.ts'],
    ['lib/load/service.ts', '../projects/store.ts'],
    ['lib/load/service.ts', '../local/runtime.ts'],
    ['lib/sdk/client.ts', '../platform/errors.ts'],
    ['lib/sdk/client.ts', '../cache/service.ts'],
    ['lib/cache/library/ttl.ts', '../../platform/clock.ts'],
    ['lib/cache/library/ttl.ts', '../service.ts'],
    ['lib/statistics/sketch.ts', '../cache/library/ttl.ts'],
    ['lib/sdk/client.ts', 'undici'],
    ['lib/cli/start.ts', '../local/runtime.ts'],
    ['lib/cli/keys.ts', '../platform/keys/service.ts'],
    ['lib/cli/status.ts', '../sdk/register.ts'],
    ['lib/stack/tables.ts', '../platform/table/keys.ts'],
    ['functions/tick.ts', '../lib/stack/bundle.ts'],
    ['functions/tick.ts', '../lib/local/runtime.ts'],
    ['lib/utils/strings.ts', '../contracts/load.ts'],
  ])('does not let %s import %s', (from, module) => {
    expect(importing(from, module)).toMatch(`${from} imports`);
  });

  it.each([
    ['lib/load/service.ts', '../projects/service.ts'],
    ['lib/load/service.ts', './store.ts'],
    ['lib/cache/service.ts', './library/ttl.ts'],
    ['lib/cache/library/ttl.ts', '../../statistics/sketch.ts'],
    ['lib/sdk/client.ts', '../cache/library/ttl.ts'],
    ['lib/load/service.ts', '../projects/addresses.ts'],
    ['lib/stack/tables.ts', '../platform/table/schema.ts'],
    ['lib/cli/status.ts', '../sdk/client.ts'],
    ['lib/load/report/html.ts', '../../pages/markup.ts'],
    ['lib/cli/status.ts', '../pages/document.ts'],
    ['lib/pages/plot.ts', '../contracts/figures.ts'],
    ['bin/headroom.ts', '../lib/local/runtime.ts'],
    ['functions/tick.ts', '../lib/load/service.ts'],
  ])('lets %s import %s', (from, module) => {
    expect(importing(from, module)).toBeUndefined();
  });

  it('sees every way of importing, and no comment', () => {
    const text = [
      "import './a.ts';",
      "import type { B } from './b.ts';",
      "import {\n  c,\n  type D,\n} from './c.ts';",
      "import * as all from './d.ts';",
      "export { e } from './e.ts';",
      "export * from './f.ts';",
      "const g = await import('./g.ts');",
      "// import './no.ts';",
      "/* import './no.ts'; */",
    ].join('\n');
    const seen = importsOf('lib/x/y.ts', text).map(({ to }) => to);
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `lib/x/${name}.ts`));
  });
});

describe('The code', () => {
  it('asks nowhere but in lib/local whether it runs on one machine', () => {
    const asking = ours.filter(
      ({ path, text }) => !path.startsWith('lib/local/') && /\bif \(!?(is)?local\b/i.test(text),
    );
    expect(asking.map(({ path }) => path)).toEqual([]);
  });

  it('has no folder or file for what found no place', () => {
    const nameless = /(^|\/)(utils?|helpers?|common|misc)(\/|\.ts$)/;
    expect(files.map(({ path }) => path).filter((path) => nameless.test(path))).toEqual([]);
  });

  it('has no file that only passes on what others export', () => {
    const barrels = files.filter(({ text }) => {
      const statements = text.split(';').filter((statement) => statement.trim() !== '');
      return statements.length > 0 && statements.every((statement) => /^\s*export\b[^=]*\bfrom\s/.test(statement));
    });
    expect(barrels.map(({ path }) => path)).toEqual([]);
  });

  it('has no logic in the functions: each stays under 30 lines', () => {
    const long = files.filter(({ path, lines }) => path.startsWith('functions/') && lines >= 30);
    expect(long.map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  it('has no file of more than 400 lines', () => {
    const long = ours.filter(({ lines }) => lines > 400);
    expect(long.map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });
});
