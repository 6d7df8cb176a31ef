/**
 * The node kinds that the lowering tells apart, with their child properties in the order in which the flat tree stores them.
 * The numbers are ours: TypeScript 6 and 7 agree in names, not in numbers, so each engine maps its own by name.
 * Source of names and property order: TypeScript's AST schema (the encoder of TypeScript 7's API, protocol version 5).
 */

/** Child properties by kind name. A kind with `[]` has none, or none that we look at by name. */
const shapes = {
  SourceFile: ['statements', 'endOfFileToken'],
  Identifier: [],
  PrivateIdentifier: [],
  StringLiteral: [],
  NoSubstitutionTemplateLiteral: [],
  TemplateHead: [],
  TemplateMiddle: [],
  TemplateTail: [],
  NumericLiteral: [],
  BigIntLiteral: [],
  RegularExpressionLiteral: [],
  TrueKeyword: [],
  FalseKeyword: [],
  NullKeyword: [],
  ThisKeyword: [],
  SuperKeyword: [],
  ImportKeyword: [],
  AsyncKeyword: [],
  AwaitKeyword: [],
  ExportKeyword: [],
  DefaultKeyword: [],
  StaticKeyword: [],
  PrivateKeyword: [],
  DeclareKeyword: [],
  OverrideKeyword: [],
  ReadonlyKeyword: [],
  VoidKeyword: [],
  AnyKeyword: [],
  NeverKeyword: [],
  StringKeyword: [],
  NumberKeyword: [],
  BooleanKeyword: [],
  BigIntKeyword: [],
  SymbolKeyword: [],
  CommaToken: [],
  AmpersandAmpersandToken: [],
  BarBarToken: [],
  QuestionQuestionToken: [],
  EqualsToken: [],
  AmpersandAmpersandEqualsToken: [],
  BarBarEqualsToken: [],
  QuestionQuestionEqualsToken: [],
  EqualsEqualsToken: [],
  EqualsEqualsEqualsToken: [],
  ExclamationEqualsToken: [],
  ExclamationEqualsEqualsToken: [],
  LessThanToken: [],
  GreaterThanToken: [],
  LessThanEqualsToken: [],
  GreaterThanEqualsToken: [],
  PlusToken: [],
  MinusToken: [],
  AsteriskToken: [],
  SlashToken: [],
  PercentToken: [],
  AsteriskAsteriskToken: [],
  InKeyword: [],
  InstanceOfKeyword: [],
  QualifiedName: ['left', 'right'],
  ComputedPropertyName: ['expression'],
  Decorator: ['expression'],
  Parameter: ['modifiers', 'dotDotDotToken', 'name', 'questionToken', 'type', 'initializer'],
  PropertyDeclaration: ['modifiers', 'name', 'postfixToken', 'type', 'initializer'],
  MethodDeclaration: [
    'modifiers',
    'asteriskToken',
    'name',
    'postfixToken',
    'typeParameters',
    'parameters',
    'type',
    'body',
  ],
  ClassStaticBlockDeclaration: ['modifiers', 'body'],
  Constructor: ['modifiers', 'typeParameters', 'parameters', 'type', 'body'],
  GetAccessor: ['modifiers', 'name', 'typeParameters', 'parameters', 'type', 'body'],
  SetAccessor: ['modifiers', 'name', 'typeParameters', 'parameters', 'type', 'body'],
  MethodSignature: ['modifiers', 'name', 'postfixToken', 'typeParameters', 'parameters', 'type'],
  TypeReference: ['typeName', 'typeArguments'],
  ArrayType: ['elementType'],
  UnionType: ['types'],
  LiteralType: ['literal'],
  TypePredicate: ['assertsModifier', 'parameterName', 'type'],
  FunctionType: ['typeParameters', 'parameters', 'type'],
  ObjectBindingPattern: ['elements'],
  ArrayBindingPattern: ['elements'],
  BindingElement: ['dotDotDotToken', 'propertyName', 'name', 'initializer'],
  ArrayLiteralExpression: ['elements'],
  ObjectLiteralExpression: ['properties'],
  PropertyAccessExpression: ['expression', 'questionDotToken', 'name'],
  ElementAccessExpression: ['expression', 'questionDotToken', 'argumentExpression'],
  CallExpression: ['expression', 'questionDotToken', 'typeArguments', 'arguments'],
  NewExpression: ['expression', 'typeArguments', 'arguments'],
  TaggedTemplateExpression: ['tag', 'questionDotToken', 'typeArguments', 'template'],
  TypeAssertionExpression: ['type', 'expression'],
  ParenthesizedExpression: ['expression'],
  FunctionExpression: ['modifiers', 'asteriskToken', 'name', 'typeParameters', 'parameters', 'type', 'body'],
  ArrowFunction: ['modifiers', 'typeParameters', 'parameters', 'type', 'equalsGreaterThanToken', 'body'],
  DeleteExpression: ['expression'],
  TypeOfExpression: ['expression'],
  VoidExpression: ['expression'],
  AwaitExpression: ['expression'],
  PrefixUnaryExpression: ['operand'],
  PostfixUnaryExpression: ['operand'],
  BinaryExpression: ['modifiers', 'left', 'type', 'operatorToken', 'right'],
  ConditionalExpression: ['condition', 'questionToken', 'whenTrue', 'colonToken', 'whenFalse'],
  TemplateExpression: ['head', 'templateSpans'],
  TemplateSpan: ['expression', 'literal'],
  YieldExpression: ['asteriskToken', 'expression'],
  SpreadElement: ['expression'],
  ClassExpression: ['modifiers', 'name', 'typeParameters', 'heritageClauses', 'members'],
  ExpressionWithTypeArguments: ['expression', 'typeArguments'],
  AsExpression: ['expression', 'type'],
  NonNullExpression: ['expression'],
  SatisfiesExpression: ['expression', 'type'],
  Block: ['statements'],
  EmptyStatement: [],
  VariableStatement: ['modifiers', 'declarationList'],
  ExpressionStatement: ['expression'],
  IfStatement: ['expression', 'thenStatement', 'elseStatement'],
  DoStatement: ['statement', 'expression'],
  WhileStatement: ['expression', 'statement'],
  ForStatement: ['initializer', 'condition', 'incrementor', 'statement'],
  ForInStatement: ['awaitModifier', 'initializer', 'expression', 'statement'],
  ForOfStatement: ['awaitModifier', 'initializer', 'expression', 'statement'],
  ContinueStatement: ['label'],
  BreakStatement: ['label'],
  ReturnStatement: ['expression'],
  SwitchStatement: ['expression', 'caseBlock'],
  LabeledStatement: ['label', 'statement'],
  ThrowStatement: ['expression'],
  TryStatement: ['tryBlock', 'catchClause', 'finallyBlock'],
  VariableDeclaration: ['name', 'exclamationToken', 'type', 'initializer'],
  VariableDeclarationList: ['declarations'],
  FunctionDeclaration: ['modifiers', 'asteriskToken', 'name', 'typeParameters', 'parameters', 'type', 'body'],
  ClassDeclaration: ['modifiers', 'name', 'typeParameters', 'heritageClauses', 'members'],
  InterfaceDeclaration: ['modifiers', 'name', 'typeParameters', 'heritageClauses', 'members'],
  TypeAliasDeclaration: ['modifiers', 'name', 'typeParameters', 'type'],
  EnumDeclaration: ['modifiers', 'name', 'members'],
  ModuleDeclaration: ['modifiers', 'name', 'body'],
  ModuleBlock: ['statements'],
  CaseBlock: ['clauses'],
  CaseClause: ['expression', 'statements'],
  DefaultClause: ['expression', 'statements'],
  HeritageClause: ['types'],
  CatchClause: ['variableDeclaration', 'block'],
  ImportEqualsDeclaration: ['modifiers', 'name', 'moduleReference'],
  ExternalModuleReference: ['expression'],
  ImportDeclaration: ['modifiers', 'importClause', 'moduleSpecifier', 'attributes'],
  ImportClause: ['name', 'namedBindings'],
  NamespaceImport: ['name'],
  NamedImports: ['elements'],
  ImportSpecifier: ['propertyName', 'name'],
  ExportAssignment: ['modifiers', 'type', 'expression'],
  ExportDeclaration: ['modifiers', 'exportClause', 'moduleSpecifier', 'attributes'],
  NamedExports: ['elements'],
  NamespaceExport: ['name'],
  ExportSpecifier: ['propertyName', 'name'],
  JsxElement: ['openingElement', 'children', 'closingElement'],
  JsxSelfClosingElement: ['tagName', 'typeArguments', 'attributes'],
  JsxOpeningElement: ['tagName', 'typeArguments', 'attributes'],
  JsxAttributes: ['properties'],
  JsxAttribute: ['name', 'initializer'],
  JsxExpression: ['dotDotDotToken', 'expression'],
  PropertyAssignment: ['modifiers', 'name', 'postfixToken', 'type', 'initializer'],
  ShorthandPropertyAssignment: [
    'modifiers',
    'name',
    'postfixToken',
    'type',
    'equalsToken',
    'objectAssignmentInitializer',
  ],
  SpreadAssignment: ['expression'],
  JSDoc: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type KindName = keyof typeof shapes;

/** Our number of a kind. 0 is "any other kind". */
export type Kind = number;

const names = Object.keys(shapes);
const propertyTable: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(shapes));

/** Our numbers by name: `K.CallExpression`. */
export const K: Readonly<Record<KindName, Kind>> = numbersByName();

function numbersByName(): Record<KindName, Kind> {
  const numbers: Record<string, Kind> = {};
  names.forEach((name, index) => {
    numbers[name] = index + 1;
  });
  // The keys are exactly those of `shapes`: one number each.
  return numbers;
}

/** Child properties of a kind, in storage order. */
export function propertiesOf(kind: Kind): readonly string[] {
  const name = names[kind - 1];
  return name === undefined ? [] : (propertyTable.get(name) ?? []);
}

/** A child property that some kind has. */
export type PropertyName = (typeof shapes)[KindName][number];

/** Position of each property in the storage order of each of our kinds; -1 where a kind does not have it. */
export const slots: Readonly<Record<PropertyName, Int8Array>> = slotsByProperty();

function slotsByProperty(): Record<PropertyName, Int8Array> {
  const table: Record<string, Int8Array> = {};
  names.forEach((name, index) => {
    (propertyTable.get(name) ?? []).forEach((property, slot) => {
      const positions = (table[property] ??= new Int8Array(256).fill(-1));
      positions[index + 1] = slot;
    });
  });
  // The keys are exactly the properties that occur in `shapes`.
  return table;
}

/** Raw kind of a list of nodes in the flat tree. */
export const LIST = 0xffffffff;

/**
 * Maps an engine's kind numbers to ours.
 * @param syntaxKind the engine's `SyntaxKind` enum object (names to numbers)
 */
export function kindMap(syntaxKind: Readonly<Record<string, unknown>>): Uint8Array {
  const map = new Uint8Array(1024);
  names.forEach((name, index) => {
    const raw = syntaxKind[name];
    if (typeof raw === 'number') map[raw] = index + 1;
  });
  return map;
}
