import { Card } from '../components/card.tsx';
import { Moment } from '../components/moment.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { useSession } from '../session/session.tsx';

const kinds = { 'api-key': 'an API key', oidc: 'the identity provider' } as const;

/** Who is signed in, and what they may do. */
export function CallerCard() {
  const { caller } = useSession();
  return (
    <Card title="Who is signed in">
      {caller === undefined ? (
        <Skeleton lines={4} />
      ) : (
        <dl class="heads">
          <dt>Name</dt>
          <dd>
            <b>{caller.name}</b>
          </dd>
          <dt>By</dt>
          <dd>
            {kinds[caller.kind]} {caller.keyId !== undefined && <code class="note">{caller.keyId}</code>}
          </dd>
          <dt>May do</dt>
          <dd>{caller.scope}</dd>
          <dt>Projects</dt>
          <dd>{caller.projects?.join(', ') ?? 'all'}</dd>
          {caller.expiresAt !== undefined && (
            <>
              <dt>Until</dt>
              <dd>
                <Moment at={caller.expiresAt} />
              </dd>
            </>
          )}
        </dl>
      )}
    </Card>
  );
}
