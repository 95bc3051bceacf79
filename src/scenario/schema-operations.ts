import { z } from 'zod';
import { parseDurationUs } from '../models/units.js';
import { duration, money, name, quantity, variant, wholeFrom } from './schema-kit.js';

/** How the nodes of a pool come, go and fail. */

const factor = z.number().min(1);

const lasting = quantity('a duration of at least 1ms', (input) => {
  const parsed = parseDurationUs(input);
  return parsed.ok && parsed.value < 1000 ? { ok: false, reason: `"${input}" is too short: at least 1ms` } : parsed;
});

const outage = z.strictObject({
  every: lasting.optional().describe('Mean time between outages of one domain, at random; this or at.'),
  at: duration.optional().describe('Simulated time of a planned outage; this or every.'),
  for: lasting.describe('Until the nodes work again, restart included: the mean of random outages, else the length.'),
  domain: variant('a number of nodes, pool or zone', {
    scalar: z.union([wholeFrom(1), z.enum(['pool', 'zone'])], { error: () => 'a number of nodes, pool or zone' }),
  })
    .default(1)
    .describe('What fails together: so many neighbouring nodes, the whole pool, or every pool of its zone.'),
  slowdown: factor.optional().describe('Nodes do not break: their steps take so many times as long.'),
  notice: duration
    .prefault('0s')
    .describe('Known this long before: the nodes get nothing new meanwhile, as with spot machines.'),
});
export type OutageInput = z.output<typeof outage>;

const coldStart = variant('a duration such as 5m, or {provision, pull, load, compile}', {
  scalar: duration,
  mapping: z.strictObject({
    provision: duration.prefault('0s').describe('Until the machine is there.'),
    pull: duration.prefault('0s').describe('Image and weights.'),
    load: duration.prefault('0s').describe('Weights into the memory of the devices.'),
    compile: duration.prefault('0s').describe('Kernels and graphs.'),
  }),
});

const warmPool = z.strictObject({
  nodes: wholeFrom(1, 100_000).describe('How many.'),
  start: duration.prefault('0s').describe('From the decision for one of them to its first request.'),
  usdPerHour: money.optional().describe('Cost of a node per hour while it is warm. Default: the full price.'),
});

export const operations = {
  coldStart: coldStart.optional().describe('From the decision for a node to its first request. Default: 0s.'),
  minimumBilling: duration.optional().describe('A node that was started is paid for at least this long. Default: 0s.'),
  warmPool: warmPool.optional().describe('Nodes kept loaded beyond those that take work. Default: none.'),
  zone: name.optional().describe('Where it stands; pools of one zone share its outages.'),
  healthCheck: duration
    .optional()
    .describe(
      'The gateway asks each node this often whether it works; until then work is sent there and hangs. 0s: it knows at once. Default: 10s.',
    ),
  outages: variant('an outage {every, for, ...} or a list of such', {
    mapping: outage,
    list: z.array(outage).min(1),
  })
    .optional()
    .describe('Failures of nodes. Default: none.'),
  down: wholeFrom(0).optional().describe('So many nodes, the first ones, are broken; for events. Default: 0.'),
  slow: z
    .strictObject({
      nodes: wholeFrom(0).optional().describe('So many nodes, the first ones. Default: 0.'),
      factor: factor.optional().describe('Their steps take so many times as long. Default: 2.'),
    })
    .optional()
    .describe('Slow nodes; events change it. Default: none.'),
};
