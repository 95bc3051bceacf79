import { z } from 'zod';
import { parseDurationUs } from '../models/units.js';
import { duration, money, name, quantity, variant, wholeFrom } from './schema-kit.js';

/** How the nodes of a pool come, go and fail. */

const factor = z.number().min(1).max(1000);

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

const autoscale = z.strictObject({
  signal: z
    .enum(['running', 'queue', 'kv', 'ttft'])
    .default('running')
    .describe('Of the nodes that take work: requests at a node, those waiting, share of KV in use, predicted TTFT.'),
  target: z
    .union([z.number(), z.string()], { error: () => 'a number of requests, a share or a duration, as the signal is' })
    .optional()
    .describe(
      'running: requests or a share of the seats, default 70%. queue: requests. kv: a share. ttft: a duration.',
    ),
  min: wholeFrom(0).default(1).describe('Fewest nodes; 0: the first request waits for the cold start.'),
  max: wholeFrom(1, 100_000).describe('Most nodes.'),
  interval: lasting.prefault('15s').describe('Time between two looks at the signal.'),
  average: duration.prefault('1m').describe('Memory of its exponential average; 0s: none.'),
  lag: duration.prefault('0s').describe('Age of a reading when it is seen.'),
  cooldown: duration.prefault('5m').describe('Nodes are given up when so long none of them was needed.'),
});
export type AutoscaleInput = z.output<typeof autoscale>;

const takesFrom = variant('a pool, or {pool, keep, switch, back}', {
  scalar: name,
  mapping: z.strictObject({
    pool: name.describe('Its nodes are taken; of the same hardware, in the same zone.'),
    keep: wholeFrom(1, 100_000)
      .optional()
      .describe('Nodes that it keeps. Default: as many as its autoscaler keeps at least, or 1.'),
    switch: duration
      .optional()
      .describe(
        'From the end of the old work to the first request of the new. Default: load and compile of this coldStart, and pull where the models differ.',
      ),
    back: duration.optional().describe('Likewise when a node goes back. Default: the same of the other pool.'),
  }),
});
export type TakesFromInput = z.output<typeof takesFrom>;

export const operations = {
  autoscale: autoscale.optional().describe('As many nodes as keep a signal at its target. Default: none.'),
  takesFrom: takesFrom
    .optional()
    .describe(
      'Nodes beyond those of `nodes` are taken over from another pool and go back to it when they are not needed. Default: they are started anew.',
    ),
  draining: z
    .enum(['finish', 'move'])
    .default('finish')
    .describe(
      'What becomes of the work of a node that is to take no more: it finishes there; move: what has shown no token yet goes to another node.',
    ),
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
