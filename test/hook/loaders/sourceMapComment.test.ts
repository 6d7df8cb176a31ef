import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceMapComment } from '#hook/loaders/sourceMapComment.ts';

test('the file that a sourceMappingURL comment names', () => {
  const checkComment = (text: string, expected: string | undefined): void =>
    assert.equal(sourceMapComment(text), expected, text);
  checkComment('a;\n//# sourceMappingURL=a.js.map\n', 'a.js.map');
  checkComment('a; //@ sourceMappingURL=../maps/a%20b.map', '../maps/a%20b.map');
  checkComment('a;\n/*# sourceMappingURL=a.css.map */', 'a.css.map');
  checkComment('//# sourceMappingURL=first.map\n//# sourceMappingURL=last.map', 'last.map');
  checkComment(`//# sourceMappingURL=data:application/json;base64,${'A'.repeat(9999)}`, 'inline');
  checkComment('const key = "sourceMappingURL=";', undefined);
  checkComment('', undefined);
});
