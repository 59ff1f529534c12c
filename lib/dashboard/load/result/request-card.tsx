import type { LoadTest } from '../../../contracts/load.ts';
import { Card } from '../../components/card.tsx';

/** What was asked for, in full: as the API takes it, to be given again. */
export const RequestCard = ({ request }: Pick<LoadTest, 'request'>) => (
  <Card title="What was asked for">
    <details>
      <summary>The request as JSON</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <pre tabIndex={0}>{JSON.stringify(request, null, 2)}</pre>
    </details>
  </Card>
);
