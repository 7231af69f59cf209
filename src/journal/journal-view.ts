/** The journal's state, for other parts. */
export interface JournalView {
  /** Made with the journal, and never changed. */
  readonly id: string;
  /** Numbers given so far: 1 … lastSeq. */
  readonly lastSeq: number;
  /** Everything up to this number is in Postgres. */
  readonly recordedThrough: number;
  /** Frames on disk that Postgres does not have yet: lastSeq - recordedThrough. */
  readonly entries: number;
  /** Rejected frames that are counted and have no number yet; they get one within a minute. */
  readonly counted: number;
  /** Frames not on disk yet: those of this moment, or all since the disk began to refuse writes. */
  readonly waiting: number;
  /** When the oldest of them came, milliseconds since the epoch; null when there is none. */
  readonly oldestReceivedAt: number | null;
  /** False while the disk refuses writes; then nothing is read from the scales. */
  readonly writable: boolean;
  readonly lastError: string | null;
  /** The disk has so little left that it is kept for bags. */
  readonly isShortOfRoom: boolean;
  /** Free bytes on its disk. */
  readonly diskFreeBytes: number;
}
