/**
 * Numbers, times and sizes for people, by language. Our own rules, so that the report is the same under any locale and
 * any version of ICU; the method section states them.
 */

export const NO_VALUE = '–';

interface FormatWords {
  readonly months: readonly string[];
  readonly shortMonths: readonly string[];
  /** Between a day and its month. */
  readonly dayMark: string;
  readonly thousands: string;
  readonly decimals: string;
  readonly percent: string;
  /** After a number. */
  readonly million: string;
  readonly and: string;
  /** Before a plural: `no detections`. */
  readonly none: string;
  readonly byte: readonly [one: string, many: string];
  readonly minute: string;
  readonly hour: readonly [one: string, many: string];
  readonly day: readonly [one: string, many: string];
}

export type Format = ReturnType<typeof formatOf>;

function formatOf(words: FormatWords) {
  /** Separates thousands; a sign stays in front. */
  const group = (digits: string): string => digits.replaceAll(/\B(?=(\d{3})+(?!\d))/g, words.thousands);

  /** `1234567` as `1,234,567`. */
  const integer = (value: number): string => group(String(Math.trunc(value)));

  /** Rounded half up to `digits` decimals, thousands grouped; `–` for null. Tiny values never turn into `-0`. */
  const decimal = (value: number | null, digits: number): string => {
    if (value === null || !Number.isFinite(value)) return NO_VALUE;
    const [whole = '0', fraction] = halfUp(value, digits).toFixed(digits).split('.');
    const text = fraction === undefined ? group(whole) : `${group(whole)}${words.decimals}${fraction}`;
    return /^-[0.,]+$/.test(text) ? text.slice(1) : text;
  };

  /** Without zeros at its end. */
  const short = (value: number, digits: number): string => {
    const text = decimal(value, digits);
    return text.includes(words.decimals) ? text.replace(/[.,]?0+$/, '') : text;
  };

  /**
   * A share as a percentage with one decimal; `–` for null. Only exactly nothing gives `0.0%`, and only exactly
   * everything gives `100.0%`.
   */
  const percent = (share: number | null): string => {
    if (share === null || !Number.isFinite(share)) return NO_VALUE;
    if (share > 0 && share < 0.0005) return `<${decimal(0.1, 1)}${words.percent}`;
    if (share < 1 && share >= 0.9995) return `>${decimal(99.9, 1)}${words.percent}`;
    return `${decimal(share * 100, 1)}${words.percent}`;
  };

  /** `1 detection`, `2 detections`, `no detections`. */
  const counted = (count: number, one: string, many: string): string =>
    count === 0 ? `${words.none} ${many}` : `${integer(count)} ${count === 1 ? one : many}`;

  const pair = (
    amount: number,
    size: number,
    [one, many]: readonly [string, string],
    [minorOne, minorMany]: readonly [string, string],
  ): string => {
    const [major, rest] = [Math.floor(amount / size), amount % size];
    const head = `${integer(major)} ${major === 1 ? one : many}`;
    return rest === 0 ? head : `${head} ${rest} ${rest === 1 ? minorOne : minorMany}`;
  };

  const minutes = [words.minute, words.minute] as const;

  /** A span for people: `0.4 s`, `3 min 20 s`, `5 h 12 min`, `2 d 3 h`; `–` for null. Exact: in `statistics.json`. */
  const span = (seconds: number | null): string => {
    if (seconds === null || !Number.isFinite(seconds)) return NO_VALUE;
    if (seconds < 0) return `-${span(-seconds)}`;
    if (seconds < 59.95) return `${short(seconds, seconds < 10 && !Number.isInteger(seconds) ? 2 : 1)} s`;
    const whole = Math.round(seconds);
    if (whole < 3600) return pair(whole, 60, minutes, ['s', 's']);
    if (whole <= 86_400) return pair(Math.round(whole / 60), 60, words.hour, minutes);
    return pair(Math.round(whole / 3600), 24, words.day, words.hour);
  };

  const monthName = (month: string | undefined): string => words.months[Number(month) - 1] ?? '';
  const shortName = (month: string | undefined): string => words.shortMonths[Number(month) - 1] ?? '';
  const parts = (day: string): [string, string, string] => {
    const [year = '', month = '', date = ''] = day.split('-');
    return [year, month, `${Number(date)}${words.dayMark}`];
  };

  return {
    marks: { thousands: words.thousands, decimals: words.decimals, percent: words.percent },
    integer,
    decimal,
    percent,
    counted,
    span,
    /** `1.2M` */
    millions: (value: number): string => `${short(value / 1_000_000, 2)}${words.million}`,
    /** Up to two decimals, none of them a zero at the end. */
    short: (value: number): string => short(value, 2),
    /** A score of the list, 0 to 1, with three decimals; `–` for null. */
    score: (value: number | null): string => decimal(value, 3),
    /** `part` of `whole` as a percentage; `–` if the whole is 0. */
    shareOf: (part: number, whole: number): string => percent(whole === 0 ? null : part / whole),
    /** `12 bytes`, `1.2 kB`, `3.4 MB` (powers of 1,000). */
    byteSize: (bytes: number): string => {
      if (bytes < 1000) return `${bytes} ${words.byte[bytes === 1 ? 0 : 1]}`;
      const units = ['kB', 'MB', 'GB', 'TB'] as const;
      let size = bytes / 1000;
      let unit = 0;
      while (size >= 999.95 && unit < units.length - 1) {
        size /= 1000;
        unit++;
      }
      return `${decimal(size, 1)} ${units[unit] ?? ''}`;
    },
    /** `2024-01-15` as `15 January 2024`. */
    dayText: (day: string): string => {
      const [year, month, date] = parts(day);
      return `${date} ${monthName(month)} ${year}`;
    },
    /** `2024-01-15` as `15 Jan`. */
    shortDay: (day: string): string => {
      const [, month, date] = parts(day);
      return `${date} ${shortName(month)}`;
    },
    /** `2024-01` as `January 2024`. */
    monthText: (month: string): string => `${monthName(month.slice(5))} ${month.slice(0, 4)}`,
    /** `2024-01` as `Jan 2024`. */
    shortMonth: (month: string): string => `${shortName(month.slice(5))} ${month.slice(0, 4)}`,
    /** `a, b and c`. */
    listed: (texts: readonly string[]): string =>
      texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} ${words.and} ${texts.at(-1) ?? ''}`,
  };
}

/** Rounds the decimal number, not its binary neighbour: 0.1235 to three decimals is 0.124. */
function halfUp(value: number, digits: number): number {
  const written = String(Math.abs(value));
  if (written.includes('e')) return value;
  return (Math.sign(value) * Math.round(Number(`${written}e${digits}`))) / 10 ** digits;
}

/** An instant in UTC to the second: `2024-01-15 09:30:12`; `–` for null. */
export function instant(ms: number | null): string {
  return ms === null || !Number.isFinite(ms) ? NO_VALUE : new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** An ISO 8601 instant as `2024-01-15 09:30:12 UTC`. */
export function isoText(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

/** The sentence with its first letter in upper case. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

export const EN_FORMAT = formatOf({
  months: MONTHS,
  shortMonths: MONTHS.map((month) => month.slice(0, 3)),
  dayMark: '',
  thousands: ',',
  decimals: '.',
  percent: '%',
  million: 'M',
  and: 'and',
  none: 'no',
  byte: ['byte', 'bytes'],
  minute: 'min',
  hour: ['h', 'h'],
  day: ['d', 'd'],
});

export const DE_FORMAT = formatOf({
  months: 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember'.split(' '),
  shortMonths: 'Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.'.split(' '),
  dayMark: '.',
  thousands: '.',
  decimals: ',',
  percent: '\u00a0%',
  million: '\u00a0Mio.',
  and: 'und',
  none: 'keine',
  byte: ['Byte', 'Byte'],
  minute: 'min',
  hour: ['h', 'h'],
  day: ['Tag', 'Tage'],
});
