/** What the scripts zxcvbn-core.js and zxcvbn-common.js leave behind. */
declare const zxcvbnts: {
  readonly core: {
    readonly ZxcvbnFactory: new (options: {
      readonly graphs: unknown;
      readonly dictionary: Readonly<Record<string, readonly string[]>>;
      readonly useLevenshteinDistance?: boolean;
      readonly maxLength?: number;
    }) => { check(password: string, known?: readonly string[]): { readonly score: 0 | 1 | 2 | 3 | 4 } };
  };
  readonly 'language-common': { readonly adjacencyGraphs: unknown; readonly dictionary: Readonly<Record<string, readonly string[]>> };
};
