import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const PROGRAM = resolve(import.meta.dirname, '../../node_modules/yaml-language-server/bin/yaml-language-server');

export interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: Position };
}
export interface Completion {
  readonly label: string;
  readonly insertText?: string;
  readonly documentation?: string | { readonly value: string };
}
interface Position {
  readonly line: number;
  readonly character: number;
}
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly uri?: string;
    readonly diagnostics?: readonly Diagnostic[];
    readonly items?: readonly unknown[];
  };
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** The server behind YAML support in editors, spoken to as an editor does: JSON-RPC over its standard streams. */
export class LanguageServer {
  readonly #process = spawn(process.execPath, [PROGRAM, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  readonly #answers = new Map<number, (message: Message) => void>();
  readonly #diagnosed = new Map<string, (found: readonly Diagnostic[]) => void>();
  #received = Buffer.alloc(0);
  #id = 0;

  constructor() {
    this.#process.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
  }

  async begin(): Promise<void> {
    const capabilities = {
      textDocument: { hover: { contentFormat: ['markdown'] }, completion: {}, publishDiagnostics: {} },
      workspace: { configuration: true },
    };
    await this.#ask('initialize', { processId: process.pid, rootUri: null, capabilities });
    this.#tell('initialized', {});
  }

  /** Opens a text and waits for what the server has to say of it. */
  open(file: string, text: string): Promise<readonly Diagnostic[]> {
    const uri = pathToFileURL(file).href;
    const found = new Promise<readonly Diagnostic[]>((tell) => this.#diagnosed.set(uri, tell));
    this.#tell('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
    return found;
  }

  async completions(file: string, position: Position): Promise<readonly Completion[]> {
    const result = await this.#ask('textDocument/completion', {
      textDocument: { uri: pathToFileURL(file).href },
      position,
    });
    return (result as { items: readonly Completion[] }).items;
  }

  async hover(file: string, position: Position): Promise<string> {
    const result = await this.#ask('textDocument/hover', { textDocument: { uri: pathToFileURL(file).href }, position });
    const contents = (result as { contents: string | { value: string } } | null)?.contents ?? '';
    return typeof contents === 'string' ? contents : contents.value;
  }

  end(): void {
    this.#process.kill();
  }

  #ask(method: string, params: object): Promise<unknown> {
    const id = ++this.#id;
    this.#send({ jsonrpc: '2.0', id, method, params });
    return new Promise((tell, fail) => {
      this.#answers.set(id, ({ result, error }) =>
        error === undefined ? tell(result) : fail(new Error(error.message)),
      );
    });
  }

  #tell(method: string, params: object): void {
    this.#send({ jsonrpc: '2.0', method, params });
  }

  #send(message: object): void {
    const body = JSON.stringify(message);
    this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const head = /^(?:[^\r\n]+\r\n)*?Content-Length: (\d+)\r\n(?:[^\r\n]+\r\n)*?\r\n/.exec(
        this.#received.toString('latin1'),
      );
      const end = head === null ? 0 : head[0].length + Number(head[1]);
      if (head === null || this.#received.length < end) return;
      const body = this.#received.subarray(head[0].length, end).toString('utf8');
      this.#received = this.#received.subarray(end);
      this.#handle(JSON.parse(body) as Message);
    }
  }

  #handle({ id, method, params, ...answer }: Message): void {
    if (method === 'textDocument/publishDiagnostics') {
      this.#diagnosed.get(params?.uri ?? '')?.(params?.diagnostics ?? []);
    } else if (method !== undefined && id !== undefined) {
      // Asked for settings or for leave to register something: none, and granted.
      const result = method === 'workspace/configuration' ? (params?.items ?? []).map(() => ({})) : null;
      this.#send({ jsonrpc: '2.0', id, result });
    } else if (id !== undefined) {
      this.#answers.get(id)?.(answer);
    }
  }
}
