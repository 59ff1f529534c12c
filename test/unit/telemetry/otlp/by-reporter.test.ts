import { describe, expect, it } from 'vitest';
import { DomainError, notFound } from '../../../../lib/platform/errors.ts';
import type { ProjectService } from '../../../../lib/projects/service.ts';
import { byReporter } from '../../../../lib/telemetry/otlp/by-reporter.ts';

const caller = { kind: 'api-key', id: 'key', name: 'collector', scope: 'write', projects: undefined } as const;
const sender = { caller, project: undefined };

/** Knows every project but `nobody`, and counts how often it is asked. */
function asked() {
  const names: string[] = [];
  const require: ProjectService['require'] = async (project) => {
    names.push(project);
    if (project.startsWith('nobody')) throw notFound(`The project ${project}`);
    return {} as Awaited<ReturnType<ProjectService['require']>>;
  };
  return { names, require };
}

const told = (project: string, instance: string) => ({
  resource: {
    attributes: [
      { key: 'headroom.project', value: { stringValue: project } },
      { key: 'service.instance.id', value: { stringValue: instance } },
    ],
  },
  items: [instance],
});
const many = (count: number, of: (index: number) => ReturnType<typeof told>) =>
  Array.from({ length: count }, (_, index) => of(index));

describe('what is told of many resources', () => {
  it('asks for each project once', async () => {
    const projects = asked();
    const resources = many(1000, (index) => told(['shop', 'api', 'nobody'][index % 3] ?? '', `i${index % 7}`));
    const { groups, refused } = await byReporter(resources, sender, projects);
    expect(projects.names).toEqual(['shop', 'api', 'nobody']);
    expect(groups.reduce((sum, { items }) => sum + items.length, 0)).toBe(667);
    expect([groups.length, refused.count]).toEqual([14, 333]);
  });

  it('is refused, and counted, beyond what can be taken at once', async () => {
    const instances = await byReporter(
      many(700, (index) => told('shop', `i${index}`)),
      sender,
      asked(),
    );
    expect(instances.groups).toHaveLength(500);
    expect(instances.refused).toEqual({ count: 200, message: expect.stringMatching(/at most 500 instances/) });
    const projects = asked();
    const unknown = byReporter(
      many(700, (index) => told(`nobody-${index}`, 'i')),
      sender,
      projects,
    );
    await expect(unknown).rejects.toThrow(DomainError);
    expect(projects.names).toHaveLength(500);
  });
});
