import { useCallback, useRef, useState } from 'preact/hooks';
import { ApiError } from './api-error.ts';

export interface Action<Arguments extends readonly unknown[], Result> {
  /** Resolves to undefined when it fails, or is already under way. */
  run: (...given: Arguments) => Promise<Result | undefined>;
  isPending: boolean;
  error: Error | undefined;
  /** What is wrong with a field, as `body.baseUrl`; undefined: nothing. */
  faultOf: (path: string) => string | undefined;
  /** Forgets the error. */
  clear: () => void;
}

/** Something that the reader does: one at a time, with its error kept to be shown beside it. */
export function useAction<Arguments extends readonly unknown[], Result>(
  act: (...given: Arguments) => Promise<Result>,
): Action<Arguments, Result> {
  const [state, setState] = useState<{ isPending: boolean; error: Error | undefined }>({
    isPending: false,
    error: undefined,
  });
  const latest = useRef(act);
  latest.current = act;
  const underWay = useRef(false);
  const run = useCallback(async (...given: Arguments): Promise<Result | undefined> => {
    if (underWay.current) return undefined;
    underWay.current = true;
    setState({ isPending: true, error: undefined });
    try {
      const result = await latest.current(...given);
      setState({ isPending: false, error: undefined });
      return result;
    } catch (error) {
      setState({ isPending: false, error: error as Error });
      return undefined;
    } finally {
      underWay.current = false;
    }
  }, []);
  const clear = useCallback(() => setState({ isPending: false, error: undefined }), []);
  const faultOf = (path: string): string | undefined =>
    state.error instanceof ApiError ? state.error.errors.find((fault) => fault.path === path)?.message : undefined;
  return { run, ...state, faultOf, clear };
}
