/**
 * A name from a scenario as the name of a file: letters, digits, `.`, `_` and `-` stay, everything else becomes `_`.
 * It never names another folder, a hidden file or a device.
 */
export function safeFileName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._-]+/gu, '_')
    .replace(/^[._-]+/, '')
    .slice(0, 80)
    .replace(/[.\s]+$/, '');
  if (plain === '') return 'scenario';
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(plain) ? `_${plain}` : plain;
}
