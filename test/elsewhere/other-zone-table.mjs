/**
 * Another time zone table, for `node --import`: in this process ZONE has the offsets of OTHER_ZONE, or is not known where
 * OTHER_ZONE is empty.
 */
const ZONE = process.env['ZONE'];
const OTHER_ZONE = process.env['OTHER_ZONE'];
const Real = Intl.DateTimeFormat;

class DateTimeFormat extends Real {
  #named;

  constructor(locales, options) {
    const isZone = options?.timeZone?.toLowerCase() === ZONE.toLowerCase();
    if (isZone && OTHER_ZONE === '') throw new RangeError(`Invalid time zone specified: ${ZONE}`);
    super(locales, isZone ? { ...options, timeZone: OTHER_ZONE } : options);
    this.#named = isZone ? ZONE : null;
  }

  resolvedOptions() {
    const options = super.resolvedOptions();
    return this.#named === null ? options : { ...options, timeZone: this.#named };
  }
}

Intl.DateTimeFormat = DateTimeFormat;
Object.defineProperty(process.versions, 'tz', { value: '1999z', enumerable: true });
