/** Why a record is no item: a class for counting, and a sentence that names the field. */
export interface Problem {
  readonly problem: { readonly class: string; readonly message: string };
}

export const problem = (problemClass: string, message: string): Problem => ({
  problem: { class: problemClass, message },
});

export const isProblem = (value: object): value is Problem => 'problem' in value;
