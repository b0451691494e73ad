import { expect, it } from 'vitest';
import { html, json } from './html.js';

it('fills in text, whatever it holds', () => {
  const name = `<img src=x onerror="alert('1')">&amp;`;
  expect(html`<p title="${name}">${name}</p>`.text).toBe(
    '<p title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;">&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;</p>',
  );
});

it('fills in markup as it is, lists one after the other, and nothing for what is not there', () => {
  expect(html`${[1, 2].map((n) => html`<li>${n}</li>`)}${undefined}${false}${0}`.text).toBe(
    '<li>1</li><li>2</li>0',
  );
});

it('shows control characters and halves of letters as signs that something was there', () => {
  expect(html`${'a\u0000b\u001b[31m\ud800\tc\n'}`.text).toBe('a\ufffdb\ufffd[31m\ufffd\tc\n');
});

it('writes data that cannot end its element', () => {
  const text = '</script><!--\u2028';
  const written = json({ text }).text;
  expect(written).not.toMatch(/[<>\u2028]/);
  expect(JSON.parse(written)).toEqual({ text });
});
