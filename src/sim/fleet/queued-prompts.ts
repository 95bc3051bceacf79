/** Prompts that were sent to the nodes of a pool and that no step has taken in yet. */
export class QueuedPrompts {
  /** Tokens by rank class (0 = most urgent): of the open nodes, and of each node. */
  private readonly tokens: Float64Array;
  private readonly tokensAtNode: Float64Array;
  /** Blocks that they will take, by node. */
  private readonly blocks: Float64Array;

  constructor(
    /** By tier; tiers of equal rank share a class. */
    private readonly rankClass: readonly number[],
    nodeCount: number,
    private readonly blockSize: number,
  ) {
    this.tokens = new Float64Array(Math.max(...rankClass) + 1);
    this.tokensAtNode = new Float64Array(nodeCount * this.tokens.length);
    this.blocks = new Float64Array(nodeCount);
  }

  add(node: number, tier: number, promptTokens: number, isOpen: boolean): void {
    this.change(node, tier, promptTokens, isOpen);
    this.blocks[node]! += this.blocksOf(promptTokens);
  }

  remove(node: number, tier: number, promptTokens: number, isOpen: boolean): void {
    this.change(node, tier, -promptTokens, isOpen);
    this.blocks[node]! -= this.blocksOf(promptTokens);
  }

  /** What waits on a node that is not open is in nobody's way. */
  setOpen(node: number, isOpen: boolean): void {
    const classes = this.tokens.length;
    for (let rank = 0; rank < classes; rank++) {
      this.tokens[rank]! += (isOpen ? 1 : -1) * this.tokensAtNode[node * classes + rank]!;
    }
  }

  blocksAt(node: number): number {
    return this.blocks[node]!;
  }

  blocksOf(promptTokens: number): number {
    return Math.ceil(promptTokens / this.blockSize);
  }

  tokensAt(node: number): number {
    const classes = this.tokens.length;
    let tokens = 0;
    for (let rank = 0; rank < classes; rank++) tokens += this.tokensAtNode[node * classes + rank]!;
    return tokens;
  }

  /** On open nodes, at or above the rank of a tier. */
  tokensBefore(tier: number): number {
    let tokens = 0;
    for (let rank = 0; rank <= this.rankClass[tier]!; rank++) tokens += this.tokens[rank]!;
    return tokens;
  }

  private change(node: number, tier: number, tokens: number, isOpen: boolean): void {
    const rank = this.rankClass[tier]!;
    this.tokensAtNode[node * this.tokens.length + rank]! += tokens;
    if (isOpen) this.tokens[rank]! += tokens;
  }
}
