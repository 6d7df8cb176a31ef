import {
  EventEmitter,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeDataProvider,
} from 'vscode';
import { changedItems } from './changedItems.ts';
import type { TaskIcon, TaskItem } from './taskItems.ts';

/** What the editor holds of a line: the same object as long as the line is there. */
export interface TaskElement {
  readonly id: string;
}

/** The command that a click on a line calls, with the line's place and the folder that it is relative to. */
export const openPlaceCommand = 'rubato.tasks.openPlace';

/** The lines of the tasks view as the editor asks for them. Only what has changed is drawn anew. */
export class TaskTree implements TreeDataProvider<TaskElement> {
  readonly #changed = new EventEmitter<TaskElement[] | undefined>();
  readonly #elements = new Map<string, TaskElement>();
  #items: ReadonlyMap<string, TaskItem> = new Map();
  #roots: readonly TaskItem[] = [];
  #folder = '';

  readonly onDidChangeTreeData = this.#changed.event;

  /** `folder`: what places are relative to; absolute. */
  show(items: readonly TaskItem[], folder: string): void {
    const changed = folder === this.#folder ? changedItems(this.#roots, items) : undefined;
    this.#folder = folder;
    this.#roots = items;
    this.#items = new Map(flat(items).map((item) => [item.id, item]));
    for (const id of this.#elements.keys()) if (!this.#items.has(id)) this.#elements.delete(id);
    // What was never drawn needs no drawing.
    const drawn = changed?.flatMap((id) => this.#elements.get(id) ?? []);
    if (drawn === undefined || drawn.length > 0) this.#changed.fire(drawn);
  }

  getChildren(element?: TaskElement): TaskElement[] {
    const items = element === undefined ? this.#roots : (this.#items.get(element.id)?.children ?? []);
    return items.map(({ id }) => this.#elementOf(id));
  }

  getTreeItem({ id }: TaskElement): TreeItem {
    const item = this.#items.get(id);
    return item === undefined ? new TreeItem('') : treeItem(item, this.#folder);
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #elementOf(id: string): TaskElement {
    const known = this.#elements.get(id) ?? { id };
    this.#elements.set(id, known);
    return known;
  }
}

function flat(items: readonly TaskItem[]): readonly TaskItem[] {
  return items.flatMap((item) => [item, ...flat(item.children)]);
}

function treeItem(line: TaskItem, folder: string): TreeItem {
  const { id, label, description, icon, tooltip, spoken, place, children } = line;
  const { None, Collapsed } = TreeItemCollapsibleState;
  const item = new TreeItem(label, children.length === 0 ? None : Collapsed);
  item.id = id;
  item.description = description;
  item.iconPath = icons[icon];
  item.tooltip = new MarkdownString(tooltip);
  item.accessibilityInformation = { label: spoken };
  item.contextValue = icon;
  if (place !== undefined) item.command = { title: label, command: openPlaceCommand, arguments: [place, folder] };
  return item;
}

const icons: Readonly<Record<TaskIcon, ThemeIcon>> = {
  deadlock: new ThemeIcon('warning', new ThemeColor('list.errorForeground')),
  suspicious: new ThemeIcon('warning', new ThemeColor('list.warningForeground')),
  waiting: new ThemeIcon('circle-outline'),
  caller: new ThemeIcon('symbol-function'),
  note: new ThemeIcon('info'),
};
