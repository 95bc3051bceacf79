/** All that a gateway sees of an attempt. The true output length is not in it. */
export interface Offer {
  readonly request: number;
  readonly sentUs: number;
  readonly class: number;
  readonly tierAsked: number;
  readonly promptTokens: number;
  /** How much of the prompt is a text that others send too, and which of the class's texts. */
  readonly sharedTokens: number;
  readonly sharedFamily: number;
}
