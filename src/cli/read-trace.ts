import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { TraceSource } from '../models/trace.js';
import { TraceParser, type TraceResult } from '../trace/parser.js';
import { fileErrorReason, UserError } from './user-error.js';

/** Unpacked; a few bytes of gzip can stand for any number. */
const BYTES_MAX = 16 * 1024 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;

/** Says how to read a trace whose first line is known: pipes can be read once only. */
export type ChooseSource = (firstLine: string) => TraceSource;

/**
 * Streams a trace through its parser, unpacking it where it begins as gzip does, whatever its name. Throws an Error
 * whose message is the reason alone where the file cannot be read to its end.
 */
export async function readTrace(path: string, choose: ChooseSource): Promise<TraceResult & { source: TraceSource }> {
  const hash = createHash('sha256');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let reading: { readonly source: TraceSource; readonly parser: TraceParser } | null = null;
  const begin = (text: string) => {
    const source = choose(text.split(/\r?\n/, 1)[0] ?? '');
    return { source, parser: new TraceParser(source) };
  };
  let total = 0;
  try {
    if ((await stat(path)).isDirectory()) throw new Error('it is a folder');
    for await (const chunk of unpacked(path)) {
      total += chunk.length;
      if (total > BYTES_MAX) throw new Error(`it is larger than ${BYTES_MAX / 1024 / 1024 / 1024} GiB unpacked`);
      hash.update(chunk);
      const text = decoded(decoder, chunk, true);
      reading ??= begin(text);
      // A refused file is not read on: its hash is not needed.
      if (!reading.parser.push(text)) break;
    }
    reading ??= begin('');
    reading.parser.push(decoded(decoder, new Uint8Array(0), false));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new Error(reasonOf(error));
  }
  return { ...reading.parser.end(hash.digest('hex')), source: reading.source };
}

type Utf8Decoder = InstanceType<typeof TextDecoder>;

function decoded(decoder: Utf8Decoder, bytes: Uint8Array, stream: boolean): string {
  if (bytes.includes(0)) throw new Error('it holds a NUL byte, so it is not a text file in UTF-8');
  try {
    return decoder.decode(bytes, { stream });
  } catch {
    throw new Error('it is not valid UTF-8');
  }
}

/** Bytes of the file, unpacked where the first two say that it is gzip. */
async function* unpacked(path: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const chunks = file[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await chunks.next();
  if (first.done === true) return;
  const whole = prepended(first.value, chunks);
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) {
    yield* whole;
    return;
  }
  yield* gunzipped(whole);
}

async function* prepended(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

function gunzipped(packed: AsyncGenerator<Buffer>): Readable {
  const out = new PassThrough({ highWaterMark: CHUNK_BYTES });
  // Errors of the source and of zlib arrive at whoever reads `out`.
  pipeline(packed, createGunzip({ chunkSize: CHUNK_BYTES }), out, () => undefined);
  return out;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR') return 'its gzip data breaks off before the end';
  if (code.startsWith('Z_')) return 'its gzip data is damaged';
  return fileErrorReason(error);
}
