import { strict as assert } from 'node:assert';
import { DiagnosticSeverity } from 'vscode';
import { openFile, replaceText, revert, ruleOf, waitForFindings } from './editing.ts';

/** Registers the tests with Mocha, whose functions are there only when it runs. */
export function diagnosticTests(): void {
  describe('diagnostics', () => {
    it('names the rule, links to its page and marks the call', async () => {
      const document = await openFile('shop', 'src/orders.ts');
      const findings = await waitForFindings(document.uri, (all) =>
        all.some((each) => ruleOf(each) === 'floating-promise'),
      );
      const finding = findings.find((each) => ruleOf(each) === 'floating-promise');
      assert(finding !== undefined && typeof finding.code === 'object');
      assert.equal(finding.severity, DiagnosticSeverity.Error);
      assert.equal(document.getText(finding.range), 'saveOrder(order)');
      assert.match(finding.code.target.path, /docs\/rules\/floating-promise\.md$/);
      assert.deepEqual(finding.tags ?? [], []);
    });

    it('shows the path through other files in the related information', async () => {
      const document = await openFile('shop', 'src/orders.ts');
      const findings = await waitForFindings(document.uri, (all) =>
        all.some((each) => ruleOf(each) === 'blocking-call'),
      );
      const related = findings.find((each) => ruleOf(each) === 'blocking-call')?.relatedInformation ?? [];
      assert(
        related.some(
          ({ location, message }) => location.uri.path.endsWith('settings.ts') && /readFileSync/.test(message),
        ),
      );
    });

    it('follows the buffer, not the saved file', async () => {
      const document = await openFile('shop', 'src/clean.ts');
      await waitForFindings(document.uri, (all) => all.length === 0);
      await replaceText(document, 'return a + b;', 'Promise.reject(new Error("lost"));\n  return a + b;');
      const findings = await waitForFindings(document.uri, (all) =>
        all.some((each) => ruleOf(each) === 'floating-promise'),
      );
      assert(document.isDirty && findings.length > 0);
      await revert(document);
      await waitForFindings(document.uri, (all) => all.length === 0);
    });
  });
}
