import { describe, expect, it } from 'vitest';
import { formOf } from './form.js';

describe('formOf', () => {
  it('goes by the first line and what most lines have', () => {
    expect(formOf('a,b,c\n1,2,3\n1,2\n4,5,6\n')).toMatchObject({ delimiter: ',', cells: 3 });
    expect(formOf('size;name\n1,5;"a; b"\n2,5;c\n3,5;d')).toMatchObject({ delimiter: ';', cells: 2 });
  });

  it('counts no delimiter and no line break within quotes', () => {
    expect(formOf('a,b\n1,"x,\ny"\n2,"z ""q"", w"\n')).toMatchObject({ delimiter: ',', cells: 2 });
  });

  it('says nothing where the first line is unlike the rest, or there is one column', () => {
    expect(formOf('made by hand\na,b\n1,2\n3,4\n')).toBeUndefined();
    expect(formOf('text\nred, green\nblue, grey\n')).toBeUndefined();
  });
});
