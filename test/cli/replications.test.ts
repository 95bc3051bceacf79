import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownFolder, smallScenario, start, tiersim } from './stranger.js';

const folder = ownFolder();
const repeated = folder.write('repeated.yaml', smallScenario('replications: 5\ntargets: [standard.ttft.p95 < 1s]\n'));

/** Files below a folder, however deep. */
function filesBelow(path: string): string[] {
  return existsSync(path)
    ? readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.json'))
    : [];
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('several runs of one scenario', () => {
  it('are shown as means with intervals, the same with any number of threads', async () => {
    const env = { XDG_CACHE_HOME: join(folder.path, 'cache') };
    const one = await start(['run', repeated, '--workers', '1'], { env }).ended;
    const three = await start(['run', repeated, '--workers', '3'], { env }).ended;
    expect(one.code).toBe(0);
    expect(one.stdout).toMatch(/TTFT p50 +[\d.]+ ms ±[\d.]+ %/);
    expect(one.stdout).toContain('Means of 5 runs');
    expect(three.stdout).toBe(one.stdout);
    expect(filesBelow(env.XDG_CACHE_HOME)).toEqual([]);
  });

  it('judge targets by the mean', async () => {
    const { code, stdout } = await tiersim('run', repeated, '--set', 'targets=[standard.ttft.p95 < 1ms]', '--json');
    expect(code).toBe(99);
    const { targets, replications } = JSON.parse(stdout);
    expect(targets[0].passed).toBe(false);
    expect(replications.n).toBe(5);
    expect(replications.intervals['tiers.standard.ttftMs.p95']).toBeGreaterThan(0);
  });

  it('go on after Ctrl-C where they ended, with the same result', async () => {
    const many = folder.write(
      'many.yaml',
      smallScenario('replications: 16\n').replace('duration: 60s', 'duration: 20m'),
    );
    const env = { XDG_CACHE_HOME: join(folder.path, 'interrupted') };
    const words = ['run', many, '--workers', '1', '--json'];
    const first = start(words, { env });
    await until(() => filesBelow(env.XDG_CACHE_HOME).length >= 3);
    first.process.kill('SIGINT');
    const { code, stderr } = await first.ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/interrupted: \d+ finished runs are kept in .*; the same command goes on from there/);
    const kept = filesBelow(env.XDG_CACHE_HOME).length;
    expect(kept).toBeGreaterThanOrEqual(3);
    expect(kept).toBeLessThan(16);
    const resumed = await start(words, { env }).ended;
    expect(resumed.code).toBe(0);
    expect(filesBelow(env.XDG_CACHE_HOME)).toEqual([]);
    const whole = await start([...words, '--runs-dir', join(folder.path, 'runs')], { env }).ended;
    expect(resumed.stdout).toBe(whole.stdout);
    expect(filesBelow(join(folder.path, 'runs'))).toHaveLength(16);
  });

  it('survive a kill -9', async () => {
    const many = folder.write(
      'killed.yaml',
      smallScenario('replications: 16\n').replace('duration: 60s', 'duration: 20m'),
    );
    const env = { XDG_CACHE_HOME: join(folder.path, 'killed') };
    const words = ['run', many, '--json'];
    const first = start(words, { env });
    await until(() => filesBelow(env.XDG_CACHE_HOME).length >= 3);
    first.process.kill('SIGKILL');
    await first.ended;
    const resumed = await start(words, { env }).ended;
    const whole = await start(words, { env: { XDG_CACHE_HOME: join(folder.path, 'fresh') } }).ended;
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).toBe(whole.stdout);
  });

  it('refuse what is about one run', async () => {
    for (const option of ['--check', '--requests']) {
      const { code, stderr } = await tiersim('run', repeated, option, '--out', join(folder.path, 'out'));
      expect(code).toBe(2);
      expect(stderr).toContain(`${option} is about one run: add --set replications=1`);
    }
  });

  it('refuse a number of threads that is none', async () => {
    for (const workers of ['0', '1.5', '-1', 'x']) {
      const { code, stderr } = await tiersim('run', repeated, `--workers=${workers}`);
      expect(code).toBe(2);
      expect(stderr).toContain('--workers takes a whole number from 1 to 1,024');
    }
  });
});
