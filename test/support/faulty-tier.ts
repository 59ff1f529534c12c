/** What is done with a call: to run it or not, before or after something else. */
export type Meddle = (operation: string, run: () => Promise<unknown>) => Promise<unknown>;
export const asItIs: Meddle = (_, run) => run();

/** A store whose operations go through another's hands: to fail, to come late, to be done without an answer. */
export function meddledWith<T extends object>(store: T, meddle: Meddle): T {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const run = (): unknown => member.apply(target, args);
        return name === 'cost' || name === 'health' ? run() : meddle(String(name), async () => run());
      };
    },
  });
}
