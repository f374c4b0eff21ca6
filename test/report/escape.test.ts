import { expect, test } from 'vitest'
import { escaped } from '../../src/report/escape.ts'

test('what has a meaning in HTML becomes an entity, once', () => {
  expect(escaped(`<a b="c" d='e'>&amp;</a>`)).toBe('&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;&lt;/a&gt;')
  expect(escaped('</script><!-- ]]>')).toBe('&lt;/script&gt;&lt;!-- ]]&gt;')
})

test('controls are shown as digits; new lines and tabs stay', () => {
  expect(escaped('\u001b[31mred\u0000\r\n\t\u007f\u009b')).toBe('\\x1b[31mred\\x00\\x0d\n\t\\x7f\\x9b')
})

test('halves of surrogate pairs and code points that XML forbids become U+FFFD; whole pairs stay', () => {
  expect(escaped('a\ud800b\udc00c\ufffe\uffff')).toBe('a\ufffdb\ufffdc\ufffd\ufffd')
  expect(escaped('🐜 ü \u2028 \u202e')).toBe('🐜 ü \u2028 \u202e')
})
