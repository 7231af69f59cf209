/**
 * Pounds and ounces as pounds, exactly: `1` and `2.5` are `1.15625`. A sixteenth takes four decimals more than the ounces
 * have; those that are zero say nothing of the resolution and are left out.
 *
 * @param pounds digits, perhaps a minus before them, which is of the whole.
 * @param ounces digits, perhaps with a point and decimals.
 */
export function inPounds(pounds: string, ounces: string): string {
  const [whole = "", fraction = ""] = ounces.split(".");
  const decimals = fraction.length + 4;
  const scale = 10n ** BigInt(decimals);
  const sixteenth = 625n; // of 10,000
  const value = BigInt(pounds.replace("-", "")) * scale + BigInt(whole + fraction) * sixteenth;
  const digits = value.toString().padStart(decimals + 1, "0");
  const decimal = `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`.replace(/\.?0+$/, "");
  return pounds.startsWith("-") && value !== 0n ? `-${decimal}` : decimal;
}
