/** A script or a stylesheet of the pages; the name has a hash of the content. */
export interface BuiltFile {
  readonly name: string;
  readonly text: string;
  /** Code of a page that is asked for when the page is opened. */
  readonly isOnDemand: boolean;
}
