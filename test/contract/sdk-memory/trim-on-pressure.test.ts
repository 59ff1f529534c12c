import { describe, expect, it } from 'vitest';
import { runProgram } from './run-program.ts';

const nodeOptions = ['--max-old-space-size=40'];

describe('A process whose cache outgrows its heap', () => {
  it('dies of it', async () => {
    const { code, stderr } = await runProgram('filling.ts', { nodeOptions });
    expect(code).not.toBe(0);
    expect(stderr).toContain('heap out of memory');
  });

  it('lives on when its caches are trimmed, and is told of the pressure', async () => {
    const { code, stdout, stderr } = await runProgram('filling.ts', { nodeOptions, args: ['--trim'] });
    expect([code, stderr]).toEqual([0, '']);
    const { levels, trims, trimmedBytes, entries, evictions } = JSON.parse(stdout);
    expect(levels.slice(0, 1)).toEqual(['none moderate']);
    expect(levels.some((level: string) => level.endsWith(' none'))).toBe(true);
    expect(trims).toBeGreaterThan(0);
    expect(trimmedBytes).toBeGreaterThan(10 * 2 ** 20);
    expect(entries + evictions).toBe(1_300);
    expect(entries).toBeGreaterThan(0);
  });
});
