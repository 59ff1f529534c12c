import type { Verification } from '../../contracts/projects.ts';
import { useAction } from '../api/use-action.ts';
import { usePolled } from '../api/use-polled.ts';
import { Button } from '../components/button.tsx';
import { CopyText } from '../components/copy-text.tsx';
import { ErrorNote } from '../components/error-note.tsx';
import { Loaded } from '../components/loaded.tsx';
import { useAllowed, useApi } from '../session/session.tsx';

const ways: Record<Verification['methods'][number]['kind'], string> = {
  'well-known': 'Answer this text at',
  'dns-txt': 'Or set it as the TXT record of',
};

/** Load goes only to who wants it: how the owner of a target says so. */
export function ProveTarget({ project, onProven }: { project: string; onProven: () => void }) {
  const api = useApi();
  const known = usePolled((signal) => api.call('getProject', { params: { project }, signal }), [project]);
  const { reason } = useAllowed('verifyProject');
  const check = useAction(async () => {
    const { state, detail } = await api.call('verifyProject', { params: { project } });
    if (state === 'unverified') throw new Error(detail ?? 'The proof was not found.');
    onProven();
  });
  return (
    <div class="prose prove">
      <p>
        <b>Prove that the target is yours.</b> A public service is tested only when its owner says so, in one of two
        ways:
      </p>
      <Loaded of={known}>
        {({ verification: { methods } }) => (
          <ul>
            {methods.map(({ kind, location, value }) => (
              <li key={kind}>
                {ways[kind]} <code>{location}</code>
                <CopyText label="The proof" text={value} />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <ErrorNote error={check.error} />
      <div>
        <Button icon="reload" disabledBecause={reason} isPending={check.isPending} onClick={() => check.run()}>
          Check again
        </Button>
      </div>
    </div>
  );
}
