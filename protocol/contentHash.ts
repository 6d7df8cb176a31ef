/**
 * Hash of a piece of source text, 14 lower-case hexadecimal digits (53 bits). It tells "unchanged" from "changed"; it protects nothing.
 * The hook makes it of each function it transforms and the linter of each function it finds evidence for, so both must call it with
 * the function's text as it stands in the file, from its first token to its last: `export` and `default` of a declaration, decorators and
 * modifiers of a member are part of it, the variable or property that holds a function is not; `as Type` behind the value of an arrow
 * function without braces is. The text of a module is that of the file without byte order mark.
 * Two 32-bit multiplicative lanes mixed as in MurmurHash3's finalizer.
 */
export function contentHash(text: string): string {
  let a = 0xde_ad_be_ef;
  let b = 0x41_c6_ce_57;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    a = Math.imul(a ^ unit, 0x9e_37_79_b1);
    b = Math.imul(b ^ unit, 0x5f_35_64_95);
  }
  const low = mix(a, b);
  const high = mix(b, a);
  return (high & 0x1f_ff_ff).toString(16).padStart(6, '0') + low.toString(16).padStart(8, '0');
}

function mix(x: number, y: number): number {
  const first = Math.imul(x ^ (x >>> 16), 0x85_eb_ca_6b) ^ Math.imul(y ^ (y >>> 13), 0xc2_b2_ae_35);
  return (first ^ (first >>> 16)) >>> 0;
}
