/**
 * A function that gives its last result again while its arguments are the same objects. The result is frozen: it stands for the
 * same list as long as it is the same object.
 */
export function keepLast<A extends readonly unknown[], R extends object>(
  make: (...inputs: A) => R,
): (...inputs: A) => Readonly<R> {
  let last: { readonly inputs: A; readonly result: Readonly<R> } | undefined;
  return (...inputs) => {
    if (!last?.inputs.every((input, index) => Object.is(input, inputs[index]))) {
      last = { inputs, result: Object.freeze(make(...inputs)) };
    }
    return last.result;
  };
}
