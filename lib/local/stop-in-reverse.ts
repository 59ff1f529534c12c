export interface Started {
  /** What was started last is stopped first, so that nothing stops under what still needs it. */
  add(stop: () => unknown): void;
  /** Stops everything, also when a part fails to; may be called again. @throws the first failure */
  stop(): Promise<void>;
}

export function stopInReverse(): Started {
  const parts: (() => unknown)[] = [];
  let stopping: Promise<void> | undefined;
  const stopAll = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      try {
        await part();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
  return {
    add: (stop) => parts.push(stop),
    stop: () => {
      stopping ??= stopAll();
      return stopping;
    },
  };
}
