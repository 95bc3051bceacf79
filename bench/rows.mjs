// node bench/rows.mjs [--rows N]: seconds of processor time to write N rows of requests as CSV and as Parquet, and as a multiple
// of what csv-stringify alone takes for the same rows, in turns. Bound: CSV within 1.5 times.
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { stringify } from 'csv-stringify';
import { ParquetFile } from '../dist/cli/parquet-file.js';
import { RecordFile } from '../dist/cli/record-file.js';
import { recordColumns, recordRow } from '../dist/report/record-rows.js';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000000' } } });
const rows = Number(values.rows);
const folder = mkdtempSync(join(tmpdir(), 'tiersim-rows-'));
const TURNS = 3;

function record(request) {
  const sentUs = request * 1000;
  return {
    ...{ request, attempt: 1, willRetry: false, class: 'chat', account: '', model: 'llama-3.1-8b' },
    ...{ tierAsked: 'standard', tierServed: 'standard', outcome: 'completed', cause: 'none', status: 200 },
    ...{ pool: 'main', node: request % 4, requestSentUs: sentUs, sentUs, scheduledUs: sentUs + 50 },
    ...{ firstTokenUs: sentUs + 5000, lastTokenUs: sentUs + 900_000, endUs: sentUs + 900_000 },
    ...{
      promptTokens: 512,
      cachedTokens: 0,
      outputTokens: 200,
      wastedTokens: 0,
      preemptions: 0,
      billedPico: 123_456_789,
    },
  };
}

async function timed(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const alone = () =>
  timed(async () => {
    const rowsOut = stringify();
    const written = pipeline(rowsOut, createWriteStream(join(folder, 'alone.csv')));
    rowsOut.write(recordColumns);
    for (let request = 1; request <= rows; request++) {
      rowsOut.write(recordRow(record(request)));
      if (rowsOut.writableNeedDrain) await new Promise((resolve) => rowsOut.once('drain', resolve));
    }
    rowsOut.end();
    await written;
  });

const into = (sink) =>
  timed(async () => {
    for (let request = 1; request <= rows; request++) {
      sink.write(record(request));
      if (request % 1000 === 0) await sink.drain();
    }
    await sink.close(true);
  });

const times = { alone: [], csv: [], parquet: [] };
for (let turn = 0; turn < TURNS; turn++) {
  times.alone.push(await alone());
  times.csv.push(await into(new RecordFile(join(folder, 'ours.csv'))));
  times.parquet.push(await into(new ParquetFile(join(folder, 'ours.parquet'))));
}
rmSync(folder, { recursive: true });
const best = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, Math.min(...all)]));
console.log({
  rows,
  cpuSeconds: best,
  csvTimes: Number((best.csv / best.alone).toFixed(2)),
  parquetTimes: Number((best.parquet / best.alone).toFixed(2)),
  rssMB: Math.round(process.resourceUsage().maxRSS / 1000),
});
