/** A script or a stylesheet of the pages; the name has a hash of the content. */
export interface BuiltFile {
  readonly name: string;
  readonly text: string;
}
