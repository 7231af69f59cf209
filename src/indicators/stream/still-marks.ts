/** Between two samples that are further apart in time anything may have happened. */
const togetherMs = 500;
/** A weight that moves by more divisions is not still, whatever is said. */
const movedDivisions = 5;
/** Many indicators mark the first sample of a movement as stable. */
const liesToDistrust = 2;

/** Whether an indicator's stable marks mean something: some say stable at all times. */
export class StillMarks {
  #atMs = Number.NEGATIVE_INFINITY;
  #weight = 0;
  #lies = 0;

  get areTrusted(): boolean {
    return this.#lies < liesToDistrust;
  }

  see(atMs: number, weight: number, stable: boolean | null, division: number): void {
    const hasMoved =
      atMs - this.#atMs <= togetherMs && Math.abs(weight - this.#weight) > movedDivisions * division;
    if (hasMoved && stable !== null) this.#lies = stable ? Math.min(this.#lies + 1, liesToDistrust) : 0;
    this.#atMs = atMs;
    this.#weight = weight;
  }
}
