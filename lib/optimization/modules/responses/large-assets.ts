import type { OptimizationModule } from '../../module.ts';
import { heavyResponses } from './heavy-responses.ts';

const assets = /(\.(m?js|css|svg|json\.map|map)$|^\/(js|css|scripts?|styles?)\/)/i;
/** A file of code of 300 kB takes about that when it is minified and compressed. */
const fromKb = 100;

/** Names scripts and styles that are large on the wire. They are built elsewhere: it is advice. */
export const largeAssets: OptimizationModule = {
  name: 'large-assets',
  optimizationId: 'image_optimization',
  plan: (situation) =>
    heavyResponses(situation, { route: assets, fromKb }).map(({ endpoint, kb, sharePercent, evidence }) => ({
      name: `Smaller files of ${endpoint}`,
      description: `A file of ${endpoint} takes ${kb} kB on the wire in the mean, ${sharePercent} % of all that is sent: minify it, send it compressed, and split off what the first page does not need.`,
      changes: [],
      risk: 'low',
      requiresRestart: false,
      reversible: true,
      evidence: [evidence],
    })),
};
