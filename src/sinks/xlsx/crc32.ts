/** The CRC-32 polynomial (ISO 3309), least significant coefficient in the highest bit, as everywhere in ZIP. */
const POLYNOMIAL = 0xedb88320;

/**
 * The CRC-32 of two pieces of data behind each other, from the CRC of each and the second one's length: a sheet's rows
 * are compressed long before what stands in front of them is known. The first CRC moves on by 8 * `secondBytes` zero
 * bits, which is a multiplication by x^(8 * bytes) (Mark Adler's `crc32_combine` in zlib).
 */
export function joinedCrc32(first: number, second: number, secondBytes: number): number {
  let shift = 0x80000000;
  // x^8, squared again for each bit of the length; lengths may exceed 32 bits, so no bit operators on them.
  let power = 0x00800000;
  for (let bytes = secondBytes; bytes > 0; bytes = Math.floor(bytes / 2)) {
    if (bytes % 2 === 1) shift = multiplied(power, shift);
    power = multiplied(power, power);
  }
  return (multiplied(shift, first) ^ second) >>> 0;
}

/** The product of two polynomials over GF(2), modulo the CRC's. */
function multiplied(a: number, b: number): number {
  let product = 0;
  let factor = b;
  for (let bit = 0x80000000; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= factor;
    factor = (factor & 1) === 1 ? (factor >>> 1) ^ POLYNOMIAL : factor >>> 1;
  }
  return product >>> 0;
}
