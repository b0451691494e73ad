const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];
const CLOSED = ['EACCES', 'EPERM', 'EROFS'];

/** Why something could not be written, in words. */
export function whyNot(error: unknown, path: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (FULL.includes(code ?? '')) return `${path}: the disk is full`;
  if (CLOSED.includes(code ?? '')) return `${path}: nothing may be written here`;
  return message;
}
