import { describe, expect, it } from 'vitest';
import { largeAssets } from '../../../../lib/optimization/modules/responses/large-assets.ts';
import { largeImages } from '../../../../lib/optimization/modules/responses/large-images.ts';
import { situationOf } from '../../../support/optimization/situation.ts';
import { aggregateOf, endpointWindow, telemetryWindow } from '../../../support/telemetry-batches.ts';

const sent = (endpoint: string, kb: number, requests = 100) =>
  situationOf({
    telemetry: aggregateOf([
      telemetryWindow({
        endpoints: [
          endpointWindow(endpoint, { requests, responseBytes: requests * kb * 1_000 }),
          endpointWindow('GET /api', { responseBytes: 1_000_000 }),
        ],
      }),
    ]),
  });

describe('Advice on what is sent', () => {
  it('names images that are large, with what they weigh', () => {
    const [advice] = largeImages.plan(sent('GET /images/:name', 650.25));
    expect(advice?.description).toContain('650.3 kB');
    expect(advice?.changes).toEqual([]);
    expect(advice?.evidence[0]).toMatchObject({
      subject: 'GET /images/:name',
      values: { requests: 100, kbPerResponse: 650.3, totalMb: 65, sharePercent: 98.5 },
    });
  });

  it('names scripts and styles that are large', () => {
    expect(largeAssets.plan(sent('GET /js/:file', 350))).toHaveLength(1);
  });

  it.each([
    ['images that are small', largeImages, sent('GET /images/:name', 80)],
    ['too few requests', largeImages, sent('GET /images/:name', 650, 19)],
    ['what is no image', largeImages, sent('GET /reports/:id', 650)],
    ['scripts that are small', largeAssets, sent('GET /js/:file', 40)],
    ['what nobody sent', largeAssets, situationOf()],
  ])('says nothing of %s', (_, module, situation) => {
    expect(module.plan(situation)).toEqual([]);
  });
});
