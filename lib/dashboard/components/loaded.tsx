import type { ComponentChildren } from 'preact';
import type { Polled } from '../api/use-polled.ts';
import { ErrorNote } from './error-note.tsx';
import { Ago } from './moment.tsx';
import { Skeleton } from './skeleton.tsx';

interface LoadedProps<T> {
  of: Polled<T>;
  /** In place of the data until it is there: as high as that will be, so that nothing jumps. Default: some lines. */
  skeleton?: ComponentChildren;
  children: (data: T) => ComponentChildren;
}

/** Shows what was loaded, or that it is being loaded, or why it was not; what is old is said to be. */
export function Loaded<T>({ of: { data, error, at, reload }, skeleton = <Skeleton />, children }: LoadedProps<T>) {
  if (data === undefined) return error === undefined ? skeleton : <ErrorNote error={error} retry={reload} />;
  return (
    <>
      {error !== undefined && at !== undefined && (
        <p class="stale" role="status">
          {error.message} What you see is of <Ago at={at} />.
        </p>
      )}
      {children(data)}
    </>
  );
}
