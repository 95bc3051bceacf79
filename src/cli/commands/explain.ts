import { safeJson } from '../../report/json.js';
import { wrap } from '../../report/text-width.js';
import { explain, nearWords } from '../../scenario/explain.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';

const INDENT = '  ';

/** What a code, a metric or a key of the scenario file means. */
export function explainCommand(word: string, wantsJson: boolean, terminal: Terminal): ExitCode {
  const found = explain(word);
  if (found.length === 0) {
    const near = nearWords(word);
    const hint =
      near.length === 0
        ? 'codes are such as S010, metrics such as ttft, keys such as fleet.nodes'
        : `did you mean ${near.join(' or ')}?`;
    throw new UserError(`nothing is called "${word}"; ${hint}`);
  }
  if (wantsJson) terminal.out(`${safeJson(found)}\n`);
  else {
    const blocks = found.map(({ kind, name, text }) => {
      const lines = wrap(text, Math.max(30, terminal.width - INDENT.length));
      return [`${name} (${kind})`, ...lines.map((line) => INDENT + line)].join('\n');
    });
    terminal.out(`${blocks.join('\n')}\n`);
  }
  return EXIT.fine;
}
