import { type Child, type ChildOptions, startChild } from '../frame/child.ts';

/** Runs the work with a child process for each subject, all of them idle but the one that is asked. */
export async function withChildren<Subject, Argument, Sample, Result>(
  module: string,
  subjects: readonly Subject[],
  setupOf: (subject: Subject) => object,
  work: (ask: (subject: Subject, argument: Argument) => Promise<Sample>) => Promise<Result>,
  options?: ChildOptions,
): Promise<Result> {
  const children = new Map<Subject, Child<Argument, Sample>>();
  try {
    for (const subject of subjects) {
      children.set(subject, await startChild<Argument, Sample>(new URL(module), setupOf(subject), options));
    }
    return await work((subject, argument) => {
      const child = children.get(subject);
      if (child === undefined) throw new Error(`there is no child for ${String(subject)}`);
      return child.ask(argument);
    });
  } finally {
    await Promise.all([...children.values()].map((child) => child.stop()));
  }
}
