import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { alertTypes } from '../../../lib/contracts/alerts.ts';

it('The runbook has a section for every type of alert, and for nothing else', () => {
  const runbook = readFileSync('docs/runbook.md', 'utf8');
  const sections = runbook.split(/^## /m).slice(1);
  expect(sections.map((section) => section.split('\n')[0]).toSorted()).toEqual([...alertTypes].toSorted());
  for (const section of sections) {
    for (const part of ['Means', 'Look at', 'Do', 'Silence']) expect(section).toContain(`**${part}**: `);
  }
});
