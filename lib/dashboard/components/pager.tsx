import type { Pages } from '../api/use-pages.ts';
import { Button } from './button.tsx';
import { ErrorNote } from './error-note.tsx';

/** Below a list: fetches what follows. */
export const Pager = ({ of }: { of: Pages<unknown> }) => (
  <>
    {of.data !== undefined && <ErrorNote error={of.error} retry={of.more} />}
    {of.hasMore && of.error === undefined && (
      <p class="pager">
        <Button isPending={of.isLoading} onClick={of.more}>
          Show more
        </Button>
      </p>
    )}
  </>
);
