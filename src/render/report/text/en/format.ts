import { formatOf } from '../../format.ts';

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export const format = formatOf({
  months,
  shortMonths: months.map((month) => month.slice(0, 3)),
  dayMark: '',
  thousands: ',',
  decimals: '.',
  percent: '%',
  and: 'and',
  none: 'no',
  byte: ['byte', 'bytes'],
  minute: 'min',
  hour: ['h', 'h'],
  day: ['d', 'd'],
});
