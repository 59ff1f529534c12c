import type { OptimizationModule } from '../../module.ts';
import { heavyResponses } from './heavy-responses.ts';

const images = /(\.(png|jpe?g|gif|bmp|tiff?|webp|avif)$|^\/(images?|img|photos?|thumbnails?)\/)/i;
/** What a photograph that fills a page takes in a newer format. */
const fromKb = 200;

/** Names images that are large on the wire. They are made elsewhere: it is advice. */
export const largeImages: OptimizationModule = {
  name: 'large-images',
  optimizationId: 'image_optimization',
  plan: (situation) =>
    heavyResponses(situation, { route: images, fromKb }).map(({ endpoint, kb, sharePercent, evidence }) => ({
      name: `Smaller images of ${endpoint}`,
      description: `An image of ${endpoint} takes ${kb} kB in the mean, ${sharePercent} % of all that is sent: scale it to the size at which it is shown, and give it as AVIF or WebP.`,
      changes: [],
      risk: 'low',
      requiresRestart: false,
      reversible: true,
      evidence: [evidence],
    })),
};
