import type { Outcome } from '../../models/outcome.js';
import { billPico, PriceTag } from '../../models/price-tag.js';
import type { Scenario } from '../../models/scenario.js';
import { ExactSum } from '../core/exact-sum.js';
import { expectLarge, LARGE } from '../core/expect-large.js';

/** What the bill of an attempt depends on. */
export interface BillFacts {
  readonly class: number;
  readonly tierServed: number;
  readonly sentUs: number;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly feePico: number;
  /** In the counted window? Others have a bill too, but stand on no invoice. */
  readonly isCounted: boolean;
}

/** Sums of the bills of one account (null: customers without one) at one tier served for one model. */
export interface InvoiceLine {
  readonly account: string | null;
  readonly tier: string;
  readonly model: string;
  /** Attempts that were billed. */
  readonly attempts: number;
  /** Each token in one of the four. */
  readonly uncached: number;
  readonly cached: number;
  readonly output: number;
  readonly image: number;
  readonly feesPico: bigint;
  readonly amountPico: bigint;
}

/**
 * Who pays what. A bill is whole pico-units, and sums of bills by tier served and by account are sums over the lines
 * kept here, so records, invoice and summary agree to the last unit whatever the order and the size.
 */
export class Ledger {
  /** The last bill: in a field a large number costs no allocation. */
  billedPico = LARGE;
  /** By class and tier served. */
  private readonly lines: readonly (readonly Line[])[];

  constructor(private readonly scenario: Scenario) {
    const { provider, startMs } = scenario;
    this.lines = scenario.traffic.map(({ model, imageShare }) =>
      provider.tiers.map(({ name }) => new Line(PriceTag.of(provider, model, name, startMs), imageShare)),
    );
  }

  /** Into `billedPico`; `seenTokens`: what its client has seen of the answer. Before the first of them nothing costs anything. */
  bill(facts: BillFacts, outcome: Outcome, seenTokens: number): void {
    const isCompleted = outcome === 'completed';
    this.billedPico = 0;
    if (!isCompleted && (seenTokens === 0 || !this.isBilled(outcome))) return;
    this.billedPico = this.lines[facts.class]![facts.tierServed]!.bill(facts, seenTokens, isCompleted);
  }

  /** One line for each account, tier and model that anything was billed for. */
  invoice(): InvoiceLine[] {
    const { traffic, provider } = this.scenario;
    const sums: { readonly names: Names; readonly line: Line }[] = [];
    for (const [index, { account, model }] of traffic.entries()) {
      for (const [place, line] of this.lines[index]!.entries()) {
        if (line.attempts === 0) continue;
        const tier = provider.tiers[place]!.name;
        let sum = sums.find(({ names }) => names.account === account && names.tier === tier && names.model === model);
        if (sum === undefined) {
          sum = { names: { account, tier, model }, line: new Line(null) };
          sums.push(sum);
        }
        sum.line.merge(line);
      }
    }
    return sums.map(({ names, line }) => ({ ...names, ...line.sums() }));
  }

  private isBilled(outcome: Outcome): boolean {
    const { billing } = this.scenario.provider;
    if (outcome !== 'abandoned' && outcome !== 'evicted' && outcome !== 'failed') return false;
    return billing[outcome] === 'emitted';
  }
}

type Names = Pick<InvoiceLine, 'account' | 'tier' | 'model'>;

/** The bills of one class at one tier served. */
class Line {
  attempts = 0;
  uncached = 0;
  cached = 0;
  output = 0;
  image = 0;
  private readonly feesPico = new ExactSum();
  private readonly amountPico = new ExactSum();

  /** null: not sold, so nothing is billed but fees. */
  constructor(
    private readonly tag: PriceTag | null,
    /** Of the output tokens. */
    private readonly imageShare = 0,
  ) {}

  bill(facts: BillFacts, seenTokens: number, withFees: boolean): number {
    const cached = facts.cachedTokens;
    const uncached = facts.promptTokens - cached;
    const image = this.imageShare === 0 ? 0 : Math.round(seenTokens * this.imageShare);
    const output = seenTokens - image;
    const fees = withFees === true ? facts.feePico : 0;
    const price = this.tag?.at(facts.sentUs, facts.promptTokens);
    const pico = fees + (price === undefined ? 0 : billPico(price, uncached, cached, output, image));
    if (facts.isCounted === false) return pico;
    this.attempts++;
    this.uncached += uncached;
    this.cached += cached;
    this.output += output;
    this.image += image;
    if (fees > 0) this.feesPico.add(fees);
    this.amountPico.add(pico);
    return pico;
  }

  merge(other: Line): void {
    this.attempts += other.attempts;
    this.uncached += other.uncached;
    this.cached += other.cached;
    this.output += other.output;
    this.image += other.image;
    this.feesPico.addSum(other.feesPico);
    this.amountPico.addSum(other.amountPico);
  }

  sums(): Omit<InvoiceLine, keyof Names> {
    const { attempts, uncached, cached, output, image } = this;
    return {
      attempts,
      uncached,
      cached,
      output,
      image,
      feesPico: this.feesPico.toBigInt(),
      amountPico: this.amountPico.toBigInt(),
    };
  }
}

expectLarge(new Line(null), 'uncached', 'cached', 'output', 'image');
