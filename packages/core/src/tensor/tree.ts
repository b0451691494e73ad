import { called, misuse } from './errors.js';

/** A leaf, or a named or numbered collection of trees. Parameters, batches and optimizer states are trees. */
export type Tree<Leaf> = Leaf | { readonly [key: string]: Tree<Leaf> } | readonly Tree<Leaf>[];

/** A tree's leaves in order, each under its path (`layers.0.w`), with the way back. */
export interface Flat<Leaf> {
  readonly names: readonly string[];
  readonly leaves: readonly Leaf[];
  /** Puts other leaves where these were. */
  rebuild<Other>(leaves: readonly Other[]): Tree<Other>;
}

/**
 * Takes a tree apart. Keys keep their order; a leaf at the root has the name ''.
 *
 * @param isLeaf tells a leaf from a collection
 * @param what how the user calls the tree, for errors
 * @param wanted what it should be
 * @throws when something is neither
 */
export function flatten<Leaf>(
  tree: unknown,
  isLeaf: (value: unknown) => value is Leaf,
  what?: string,
  wanted = 'numbers, an array or a tree of them',
): Flat<Leaf> {
  const names: string[] = [];
  const leaves: Leaf[] = [];
  const walk = (value: unknown, path?: string): void => {
    if (isLeaf(value)) {
      names.push(path ?? '');
      leaves.push(value);
      return;
    }
    if (!isCollection(value))
      throw misuse(
        `${[what, path].filter(Boolean).join('.') || 'value'}: expected ${wanted}, got ${called(value)}`,
      );
    for (const [key, child] of Object.entries(value))
      walk(child, path === undefined ? key : `${path}.${key}`);
  };
  walk(tree);
  if (new Set(names).size < names.length) {
    const twice = names.find((name, i) => names.indexOf(name) < i);
    throw misuse(`two arrays have the name ${twice}; keys must tell them apart`);
  }
  return {
    names,
    leaves,
    rebuild: (others) => {
      let at = 0;
      return mapTree(tree, isLeaf, () => others[at++]!);
    },
  };
}

/** A tree that is nothing but a leaf. */
export const singleLeaf = <Leaf>(leaf: Leaf): Flat<Leaf> => ({
  names: [''],
  leaves: [leaf],
  rebuild: ([only]) => only!,
});

/** Lists and plain objects. Any other object, such as a Map, would lose what it is. */
function isCollection(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const kind: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || kind === Object.prototype || kind === null;
}

/** The same tree with each leaf replaced. */
export function mapTree<Leaf, Other>(
  tree: unknown,
  isLeaf: (value: unknown) => value is Leaf,
  change: (leaf: Leaf) => Other,
): Tree<Other> {
  if (isLeaf(tree)) return change(tree);
  if (Array.isArray(tree)) return tree.map((child) => mapTree(child, isLeaf, change));
  const entries = Object.entries(tree as object).map(([key, child]) => [key, mapTree(child, isLeaf, change)]);
  return Object.fromEntries(entries) as Tree<Other>;
}
