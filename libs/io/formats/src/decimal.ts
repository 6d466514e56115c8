/** A decimal of a binary format: a whole number, and how many of its digits stand after the point. */
export class Decimal {
  /** All its digits, also zeros at the end: 1.00 where the column has two places. */
  readonly text: string;

  constructor(unscaled: bigint, scale: number) {
    const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
    const whole = digits.slice(0, digits.length - scale);
    this.text = `${unscaled < 0n ? '-' : ''}${whole}${scale > 0 ? `.${digits.slice(-scale)}` : ''}`;
  }

  /** As a number where that has the same value, else as its text. */
  get value(): number | string {
    const number = Number(this.text);
    const shortest = this.text.includes('.') ? this.text.replace(/\.?0+$/, '') : this.text;
    return String(number) === shortest ? number : this.text;
  }
}

/** A whole number in two's complement, the highest byte first. */
export const bigEndian = (bytes: Uint8Array): bigint =>
  BigInt.asIntN(
    8 * bytes.length,
    bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n),
  );
