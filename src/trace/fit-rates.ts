import type { RateTable, RateWindow } from '../models/trace.js';

/** More streams than this are fitted as one: so many clients are better played than fitted. */
const CLASSES_MAX = 12;
/** A table of prompt tokens needs a length; the rate is for prompts of this one until the reader says another. */
const ASSUMED_PROMPT = 1000;
/** Of the mean: a sinusoid that swings further would ask for rates below zero. */
const SWING_MAX = 0.98;
/** A curve that explains less is no curve. */
const EXPLAINED_MIN = 0.05;

/** Traffic classes in YAML that resemble a table of rates: of each stream a daily curve where the table holds a day, else its mean. */
export function fittedRates({ clients, unit, endUs }: RateTable, name: string): string {
  const isOne = clients.length > CLASSES_MAX;
  const streams = isOne ? [{ label: name, windows: sumOf(clients.flatMap(({ windows }) => windows)) }] : clients;
  const lines = [
    'traffic:',
    "  # model, tier and client are yours to say; a peak's hour counts from the first row, taken for midnight",
  ];
  if (unit === 'promptTokens')
    lines.push('  # the table counts prompt tokens: its rates are turned into requests of this `input`');
  if (isOne) lines.push(`  # the sum of ${clients.length} clients; played as a trace each is a stream of its own`);
  for (const { label, windows } of streams) {
    const fit = dailyFit(windows, endUs);
    if (fit.perSecond === 0) continue;
    lines.push(`  - name: ${yamlName(label)}`);
    lines.push(`    arrivals: ${arrivals(fit, unit === 'promptTokens' ? ASSUMED_PROMPT : 1)}`);
    if (unit === 'promptTokens') lines.push(`    input: ${ASSUMED_PROMPT}`);
  }
  return `${lines.join('\n')}\n`;
}

function arrivals({ perSecond, daily }: RateFit, tokens: number): string {
  const mean = `${significant(perSecond / tokens)}/s`;
  if (daily === null) return mean;
  const explains = `${Math.round(100 * daily.explained)} % of the variance`;
  if (daily.explained < EXPLAINED_MIN) return `${mean} # a daily curve would explain ${explains}`;
  const ratio = significant((1 + daily.swing) / (1 - daily.swing));
  const peakAt = `${daily.peakAtHours.toFixed(1)}h`;
  return `{daily: {mean: ${mean}, peakToTrough: ${ratio}, peakAt: ${peakAt}}} # explains ${explains}`;
}

interface RateFit {
  readonly perSecond: number;
  /** null: less than a day is known, or nothing varies. */
  readonly daily: {
    /** Of the sinusoid, as a share of the mean. */
    readonly swing: number;
    readonly peakAtHours: number;
    /** Share of the rate's variance over time that the sinusoid takes away. */
    readonly explained: number;
  } | null;
}

const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;
/** Less is rounding. */
const FLAT = 1e-9;
const OMEGA = (2 * Math.PI) / DAY_US;

/** The first harmonic of the day over all whole days, integrated exactly over windows of constant rate. */
function dailyFit(windows: readonly RateWindow[], endUs: number): RateFit {
  const days = Math.floor(endUs / DAY_US);
  const untilUs = days === 0 ? endUs : days * DAY_US;
  let [sum, squares, cosine, sine] = [0, 0, 0, 0];
  for (const { fromUs, toUs, perSecond } of windows) {
    const lastUs = Math.max(fromUs, Math.min(toUs, untilUs));
    sum += perSecond * (lastUs - fromUs);
    squares += perSecond * perSecond * (lastUs - fromUs);
    cosine += (perSecond * (Math.sin(OMEGA * lastUs) - Math.sin(OMEGA * fromUs))) / OMEGA;
    sine += (perSecond * (Math.cos(OMEGA * fromUs) - Math.cos(OMEGA * lastUs))) / OMEGA;
  }
  const perSecond = sum / untilUs;
  const variance = squares / untilUs - perSecond * perSecond;
  if (days === 0 || variance <= FLAT * perSecond * perSecond) return { perSecond, daily: null };
  const amplitude = (2 * Math.sqrt(cosine * cosine + sine * sine)) / untilUs;
  const peakUs = Math.atan2(sine, cosine) / OMEGA;
  return {
    perSecond,
    daily: {
      swing: Math.min(SWING_MAX, amplitude / perSecond),
      peakAtHours: (peakUs < 0 ? peakUs + DAY_US : peakUs) / HOUR_US,
      explained: Math.min(1, (amplitude * amplitude) / (2 * variance)),
    },
  };
}

/** Windows that may overlap, as windows that do not. */
function sumOf(windows: readonly RateWindow[]): RateWindow[] {
  const changes = windows
    .flatMap(({ fromUs, toUs, perSecond }) => [
      { atUs: fromUs, by: perSecond },
      { atUs: toUs, by: -perSecond },
    ])
    .sort((a, b) => a.atUs - b.atUs || b.by - a.by);
  const summed: RateWindow[] = [];
  let perSecond = 0;
  for (const [index, { atUs, by }] of changes.entries()) {
    perSecond = Math.max(0, perSecond + by);
    const toUs = changes[index + 1]?.atUs ?? atUs;
    if (toUs > atUs) summed.push({ fromUs: atUs, toUs, perSecond, cv: 1, law: 'gamma' });
  }
  return summed;
}

/** Quoted unless it is plain in YAML. */
function yamlName(label: string): string {
  return /^[a-z][\w-]*$/i.test(label) ? label : JSON.stringify(label);
}

function significant(value: number): number {
  return Number(value.toPrecision(4));
}
