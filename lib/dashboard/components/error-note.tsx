import { ApiError } from '../api/api-error.ts';
import { Button } from './button.tsx';

interface ErrorNoteProps {
  /** Undefined: nothing is shown. */
  error: Error | undefined;
  retry?: (() => void) | undefined;
}

/** What went wrong, in one sentence, with what the people who run Headroom find it by. */
export function ErrorNote({ error, retry }: ErrorNoteProps) {
  if (error === undefined) return null;
  const { correlationId } = error instanceof ApiError ? error : { correlationId: undefined };
  return (
    <div class="error-note" role="alert">
      <p>
        {error.message}
        {correlationId !== undefined && <small> Correlation id: {correlationId}</small>}
      </p>
      {retry !== undefined && (
        <Button icon="reload" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}
