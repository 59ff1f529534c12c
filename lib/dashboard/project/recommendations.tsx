import type { Recommendation } from '../../contracts/recommendations.ts';
import { usePolled } from '../api/use-polled.ts';
import { Badge } from '../components/badge.tsx';
import { Card } from '../components/card.tsx';
import { Empty } from '../components/empty.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Ago } from '../components/moment.tsx';
import { useApi } from '../session/session.tsx';

const everyMs = 60_000;
const shown = 8;

export function Recommendations({ project }: { project: string }) {
  const api = useApi();
  const found = usePolled((signal) => api.call('listRecommendations', { params: { project }, signal }), [project], {
    everyMs,
  });
  return (
    <Card title="Recommendations">
      <Loaded of={found}>
        {({ items, timestamp }) =>
          items.length === 0 ? (
            <Empty title="Nothing stands out">
              <p>
                Looked at <Ago at={timestamp} />
              </p>
            </Empty>
          ) : (
            <ol class="recommendations">
              {items.slice(0, shown).map((item) => (
                <RecommendationItem key={item.recommendationId} item={item} />
              ))}
            </ol>
          )
        }
      </Loaded>
    </Card>
  );
}

const RecommendationItem = ({
  item: { kind, title, description, impactScore, effortScore },
}: {
  item: Recommendation;
}) => (
  <li>
    <p>
      <b>{title}</b> <Badge tone="plain">{kind}</Badge>
    </p>
    <p class="note">{description}</p>
    {impactScore !== undefined && (
      <p class="note">
        Impact {impactScore} of 10{effortScore !== undefined && `, effort ${effortScore} of 10`}
      </p>
    )}
  </li>
);
