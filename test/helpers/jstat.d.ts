/** What the tests use of a package that comes without types. */
declare module 'jstat' {
  const jstat: { readonly studentt: { inv(probability: number, degrees: number): number } };
  export default jstat;
}
