/** What was asked of which server: what a sentence about its failure needs. */
export interface Circumstances {
  /** What was tried, as a participle: "asking for an answer". */
  readonly doing: string;
  /** Where, without secrets. */
  readonly engine: string;
  readonly model: string | null;
  /** Whether a key, or a header of the job's own, is sent. */
  readonly hasKey: boolean;
  /** The models that the server has, if it was asked; some routes of vLLM do not name them in their refusal. */
  readonly served?: readonly string[];
  /** What a server may lack without being the wrong server. */
  readonly feature?: Feature;
}

export interface Feature {
  /** As a server has it: "/tokenize". */
  readonly name: string;
  /** Matches the message of a refusal for lack of it, for a status that does not say so by itself. */
  readonly refusal: RegExp;
}
