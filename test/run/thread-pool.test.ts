import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { TraceTable } from '../../src/models/trace.js';
import { inProcess } from '../../src/plan/executor.js';
import { Interrupted } from '../../src/plan/interrupted.js';
import type { Job } from '../../src/plan/job.js';
import { RunStore, resuming } from '../../src/run/run-store.js';
import { ThreadPool } from '../../src/run/thread-pool.js';
import { TraceError } from '../../src/sim/trace-error.js';
import { ownFolder } from '../cli/stranger.js';
import { SECOND_US, scenario, tableOf, traced } from '../helpers/scenario.js';
import { subjectOf } from '../plan/subject.js';

const built = pathToFileURL(resolve(import.meta.dirname, '../../dist/bundle/worker.js'));
if (!existsSync(built)) throw new Error('dist/bundle/worker.js is missing: run `npm run build` before these tests');

const folder = ownFolder();
const pools: ThreadPool[] = [];
function pool(threads: number, worker: URL = built): ThreadPool {
  const made = new ThreadPool({ threads, worker });
  pools.push(made);
  return made;
}
afterAll(() => Promise.all(pools.map((made) => made.close())));

const short = subjectOf(scenario({ durationUs: 30 * SECOND_US }));
const long = subjectOf(scenario({ durationUs: 600 * SECOND_US, name: 'long' }));

/** The first runs take longest, so that they do not end in the order in which they began. */
function jobs(): Job[] {
  return Array.from({ length: 12 }, (_, k) => ({ subject: k < 3 ? long : short, run: k + 1, detail: 'full' }));
}

/** A worker that dies, or throws, where its file says so, and else does what the product's does. */
function strangeWorker(name: string, code: string): URL {
  const source = `import work from '${built.href}';\nimport { existsSync, writeFileSync } from 'node:fs';\nexport default function (task) {\n${code}\nreturn work(task);\n}\n`;
  return pathToFileURL(folder.write(`${name}.mjs`, source));
}

describe('the thread pool', () => {
  it('gives the same bytes as the runs in process, in the order of the jobs', async () => {
    const ended: number[] = [];
    const inThreads = await pool(3).runAll(jobs(), (place) => ended.push(place));
    expect(JSON.stringify(inThreads)).toBe(JSON.stringify(await inProcess.runAll(jobs())));
    expect(ended.toSorted((a, b) => a - b)).toEqual(jobs().map((_, place) => place));
  });

  it('hands traces over, and says of a trace what is wrong with it', async () => {
    const good = traced([
      [0, 10, 20],
      [1, 10, 20],
    ]);
    const spec = scenario({ durationUs: 10 * SECOND_US, traffic: [good.spec] });
    const [key, table] = tableOf(good.spec.arrivals, good.text);
    const traces = new Map([[key, table]]);
    const job: Job = { subject: subjectOf(spec, traces), run: 1, detail: 'slim' };
    const [result] = await pool(1).runAll([job]);
    expect(result).toMatchObject({ ok: true, summary: { run: { requests: 2 } } });
    const bad = { ...job, subject: subjectOf(spec, new Map([[key, { ...table, input: null } as TraceTable]])) };
    await expect(pool(1).runAll([bad])).rejects.toThrow(TraceError);
  });

  it('repeats the run of a worker that was killed', async () => {
    const mark = join(folder.path, 'died');
    const worker = strangeWorker(
      'dies-once',
      `if (task.run === 5 && !existsSync('${mark}')) { writeFileSync('${mark}', ''); process.exit(7); }`,
    );
    const results = await pool(2, worker).runAll(jobs());
    expect(existsSync(mark)).toBe(true);
    expect(JSON.stringify(results)).toBe(JSON.stringify(await inProcess.runAll(jobs())));
  });

  it('reports a run that fails twice, and makes the others', async () => {
    const worker = strangeWorker('always-dies', 'if (task.run === 5) process.exit(7);');
    const results = await pool(2, worker).runAll(jobs());
    expect(results[4]).toEqual({ ok: false, message: expect.stringContaining('7') });
    expect(results.filter(({ ok }) => ok)).toHaveLength(11);
  });

  it('ends when it is told to', async () => {
    const endless = subjectOf(scenario({ durationUs: 1e9 * SECOND_US }));
    const stopped = pool(2);
    const running = stopped.runAll([1, 2, 3].map((run) => ({ subject: endless, run, detail: 'slim' as const })));
    setTimeout(() => stopped.stop(), 200);
    await expect(running).rejects.toThrow(Interrupted);
  });
});

describe('a store of runs', () => {
  it('spares the runs that it has, and gives the same bytes', async () => {
    const store = new RunStore(join(folder.path, 'store'), 'build');
    let made = 0;
    const counting = {
      width: 1,
      runAll: (list: readonly Job[], onDone?: Parameters<typeof inProcess.runAll>[1]) => {
        made += list.length;
        return inProcess.runAll(list, onDone);
      },
    };
    const resumed: number[] = [];
    const executor = resuming(
      counting,
      store,
      (runs) => resumed.push(runs),
      () => undefined,
    );
    const first = await executor.runAll(jobs().slice(0, 5));
    const all = await executor.runAll(jobs());
    expect(made).toBe(12);
    expect(resumed).toEqual([0, 5]);
    expect(JSON.stringify(all)).toBe(JSON.stringify(await inProcess.runAll(jobs())));
    expect(JSON.stringify(all.slice(0, 5))).toBe(JSON.stringify(first));
  });

  it('takes no run of another seed, run, detail, version or build for its own', () => {
    const path = join(folder.path, 'keys');
    const job = jobs()[0]!;
    const [result] = [{ ok: true as const, summary: {} as never, peaks: {} }];
    new RunStore(path, 'build').write(job, result);
    expect(new RunStore(path, 'build').read(job)).toEqual(result);
    expect(new RunStore(path, 'other').read(job)).toBeNull();
    for (const other of [
      { ...job, run: 2 },
      { ...job, detail: 'slim' as const },
      { ...job, subject: { ...job.subject, version: 'next' } },
      { ...job, subject: subjectOf({ ...job.subject.scenario, seed: '2' }) },
    ]) {
      expect(new RunStore(path, 'build').read(other)).toBeNull();
    }
  });

  it('makes a run again whose file is damaged', () => {
    const store = new RunStore(join(folder.path, 'damaged'), 'build');
    const job = jobs()[0]!;
    store.write(job, { ok: true, summary: {} as never, peaks: {} });
    const [file = ''] = readdirSync(store.folder);
    for (const text of ['', '{', 'null', '{"schema":"other","result":{}}']) {
      writeFileSync(join(store.folder, file), text);
      expect(store.read(job), text).toBeNull();
    }
  });
});
