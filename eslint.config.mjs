// Biome lints and formats; eslint carries only the rules that need types.
import tseslint from 'typescript-eslint';

export default tseslint.config({
  files: ['src/**/*.ts'],
  languageOptions: {
    parser: tseslint.parser,
    parserOptions: {
      project: ['./tsconfig.pure.json', './tsconfig.rim.json', './tsconfig.web.json'],
      tsconfigRootDir: import.meta.dirname,
    },
  },
  plugins: { '@typescript-eslint': tseslint.plugin },
  rules: {
    '@typescript-eslint/no-floating-promises': 'error',
    '@typescript-eslint/no-misused-promises': 'error',
    '@typescript-eslint/switch-exhaustiveness-check': 'error',
    '@typescript-eslint/no-unsafe-argument': 'error',
    '@typescript-eslint/no-unsafe-return': 'error',
    'no-restricted-properties': [
      'error',
      { object: 'Math', property: 'pow', message: 'Math.pow differs between Node versions; use exp(y * log(x)).' },
      { object: 'Math', property: 'random', message: 'Draw from a named stream.' },
    ],
    'no-restricted-syntax': [
      'error',
      { selector: "BinaryExpression[operator='**']", message: 'The ** operator differs between Node versions.' },
    ],
  },
});
