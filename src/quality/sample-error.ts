import { studentQuantile } from "./distributions.ts";

export interface SampleError {
  /** t of 97.5 % with n - 1 degrees of freedom / √n: the sample correction factor of NIST Handbook 133, table 2-1. */
  readonly factor: number;
  /** factor × s: how far the mean of n packages may be below the label. */
  readonly limit: number;
  readonly passes: boolean;
}

/**
 * NIST Handbook 133: the mean of a sample, with its sample error limit added, must not be below the label.
 *
 * @param sample of two packages or more; mean and deviation in the unit of the label. Doubles: the t quantile has no exact decimals.
 */
export function sampleError(
  sample: { readonly n: number; readonly mean: number; readonly deviation: number },
  label: number,
): SampleError {
  const factor = studentQuantile(0.975, sample.n - 1) / Math.sqrt(sample.n);
  const limit = factor * sample.deviation;
  return { factor, limit, passes: sample.mean + limit >= label };
}
