// Keeps the rules; stands here to be imported wrongly.
export interface Facility {
  readonly code: string;
}
