/**
 * Text of seven bits a byte as it looks where eight are received: a serial line set to 7 data bits with parity, behind
 * a device server set to 8 without. `1,45.20 lb` with even parity arrives as `b1 ac b4 35 2e b2 30 a0 6c e2`.
 *
 * @returns `text` without the parity bits; null unless some byte has its eighth bit set and all bytes have the same
 * parity (even, odd, or mark: the bit always set). Twelve bytes of noise pass once in 2,000 times, and then still have to
 * say a print.
 */
export function withoutParity(text: string): string | null {
  let high = 0;
  let odd = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x80) high++;
    odd += parityOf(code);
  }
  if (high === 0 || (odd !== 0 && odd !== text.length && high !== text.length)) return null;
  return sevenBits(text);
}

/** `text` with the eighth bit of every byte taken off. */
export function sevenBits(text: string): string {
  return text.replace(/[\x80-\xff]/g, (byte) => String.fromCharCode(byte.charCodeAt(0) & 0x7f));
}

/** 1 where the number of set bits is odd. */
function parityOf(code: number): number {
  let bits = code ^ (code >> 4);
  bits ^= bits >> 2;
  return (bits ^ (bits >> 1)) & 1;
}
