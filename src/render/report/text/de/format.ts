import { formatOf } from '../../format.ts';

export const format = formatOf({
  months: [
    'Januar',
    'Februar',
    'März',
    'April',
    'Mai',
    'Juni',
    'Juli',
    'August',
    'September',
    'Oktober',
    'November',
    'Dezember',
  ],
  shortMonths: ['Jan.', 'Feb.', 'März', 'Apr.', 'Mai', 'Juni', 'Juli', 'Aug.', 'Sept.', 'Okt.', 'Nov.', 'Dez.'],
  dayMark: '.',
  thousands: '.',
  decimals: ',',
  percent: '\u00a0%',
  and: 'und',
  none: 'keine',
  byte: ['Byte', 'Byte'],
  minute: 'Min.',
  hour: ['Std.', 'Std.'],
  day: ['Tag', 'Tage'],
});
