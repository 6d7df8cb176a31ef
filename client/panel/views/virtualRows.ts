import { Component, createRef, h, type ComponentChild, type ComponentChildren } from 'preact';

export interface VirtualRowsProps {
  readonly count: number;
  /** CSS pixels; all rows are alike. */
  readonly rowHeight: number;
  readonly role: 'grid' | 'treegrid';
  readonly label: string;
  readonly columns: number;
  /** First row of the grid, stays on top. */
  readonly header?: ComponentChild;
  readonly activeIndex: number;
  /** Makes the row with its role; `undefined` while its data is on the way. */
  readonly renderRow: (index: number, isActive: boolean) => ComponentChildren;
  readonly onActive: (index: number) => void;
  readonly onEnter: (index: number) => void;
  /** Further keys; true: was used. */
  readonly onKey?: (key: string, index: number) => boolean;
  /** What is in sight has changed. */
  readonly onWindow?: (first: number, count: number) => void;
}

interface VirtualRowsState {
  readonly offset: number;
  readonly height: number;
}

/** Browsers give up on elements that are higher than some 30 million pixels; beyond this the scroll bar is a scale. */
const maxHeight = 8_000_000;
const overscan = 4;

/**
 * A list of any length of which only the rows in sight exist. Rows lie in a layer that sticks to the top, so fast scrolling never shows a hole.
 * One tab stop; arrows, page keys, home and end move the active row.
 */
export class VirtualRows extends Component<VirtualRowsProps, VirtualRowsState> {
  override state: VirtualRowsState = { offset: 0, height: 400 };
  readonly #scroller = createRef<HTMLDivElement>();
  #observer: ResizeObserver | undefined;
  #told = '';
  #followed = -1;
  /** Asked for by a key, not yet confirmed: keys come faster than answers. */
  #wanted: number | undefined;

  override componentDidMount(): void {
    const element = this.#scroller.current;
    if (element === null) return;
    this.#observer = new ResizeObserver(() =>
      this.setState({ height: element.clientHeight - headerHeight(this.props) }),
    );
    this.#observer.observe(element);
    this.#tellWindow();
  }

  override componentDidUpdate(previous: VirtualRowsProps): void {
    if (previous.count !== this.props.count) this.#wanted = undefined;
    this.#tellWindow();
    if (this.props.activeIndex === this.#wanted) this.#wanted = undefined;
    if (this.props.activeIndex !== this.#followed) {
      this.#followed = this.props.activeIndex;
      this.#reveal(this.#followed);
    }
    this.#keepInside();
  }

  override componentWillUnmount(): void {
    this.#observer?.disconnect();
  }

  override render(): ComponentChild {
    const { count, rowHeight, role, label, columns, header, activeIndex } = this.props;
    const { offset, height } = this.state;
    const first = Math.max(0, Math.floor(offset / rowHeight) - overscan);
    const last = Math.min(count, Math.ceil((offset + height) / rowHeight) + overscan);
    const rows = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
    return h(
      'div',
      {
        class: 'virtual',
        ref: this.#scroller,
        role,
        'aria-label': label,
        'aria-rowcount': count + (header === undefined ? 0 : 1),
        'aria-colcount': columns,
        'aria-activedescendant': activeIndex >= first && activeIndex < last ? `${this.#id}-${activeIndex}` : undefined,
        tabIndex: 0,
        onScroll: this.#onScroll,
        onWheel: this.#onWheel,
        onKeyDown: this.#onKeyDown,
      },
      header,
      h(
        'div',
        { class: 'virtual-layer', role: 'presentation' },
        rows.map((index) =>
          h(
            'div',
            {
              key: index,
              id: `${this.#id}-${index}`,
              role: 'row',
              class: index === activeIndex ? 'row active' : 'row',
              'aria-rowindex': index + (header === undefined ? 1 : 2),
              'aria-selected': index === activeIndex,
              style: { transform: `translateY(${index * rowHeight - offset}px)`, height: `${rowHeight}px` },
              onClick: () => {
                this.#wanted = undefined;
                this.props.onActive(index);
              },
              onDblClick: () => this.props.onEnter(index),
            },
            this.props.renderRow(index, index === activeIndex),
          ),
        ),
      ),
      h('div', { class: 'virtual-space', role: 'presentation', style: { height: `${this.#spaceHeight()}px` } }),
    );
  }

  readonly #id = `rows${(instances += 1)}`;

  get #whole(): number {
    return this.props.count * this.props.rowHeight;
  }

  #spaceHeight(): number {
    return Math.min(maxHeight, this.#whole);
  }

  /** True pixels for each pixel of the scroll bar. */
  get #scale(): number {
    const { height } = this.state;
    return this.#whole <= maxHeight ? 1 : (this.#whole - height) / (maxHeight - height);
  }

  readonly #onScroll = (): void => {
    const top = this.#scroller.current?.scrollTop ?? 0;
    // Ours: the exact offset is known already.
    if (Math.abs(this.state.offset / this.#scale - top) < 1.5 && this.#scale !== 1) return;
    this.setState({ offset: top * this.#scale });
  };

  readonly #onWheel = (event: WheelEvent): void => {
    if (this.#scale === 1 || event.ctrlKey || event.deltaY === 0) return;
    event.preventDefault();
    const unit = event.deltaMode === 1 ? this.props.rowHeight : event.deltaMode === 2 ? this.state.height : 1;
    this.#scrollTo(this.state.offset + event.deltaY * unit);
  };

  #scrollTo(offset: number): void {
    const wanted = Math.max(0, Math.min(offset, this.#whole - this.state.height));
    this.setState({ offset: wanted });
    const element = this.#scroller.current;
    if (element !== null) element.scrollTop = wanted / this.#scale;
  }

  #keepInside(): void {
    const most = Math.max(0, this.#whole - this.state.height);
    if (this.state.offset > most) this.#scrollTo(most);
  }

  #reveal(index: number): void {
    const { rowHeight } = this.props;
    const { offset, height } = this.state;
    if (index < 0) return;
    const top = index * rowHeight;
    if (top < offset) this.#scrollTo(top > offset - height ? top : top - height / 3);
    else if (top + rowHeight > offset + height) {
      this.#scrollTo(top < offset + 2 * height ? top + rowHeight - height : top - height / 3);
    }
  }

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    const { count, activeIndex, rowHeight, onActive, onEnter, onKey } = this.props;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (onKey?.(event.key, activeIndex) === true) return event.preventDefault();
    if (event.key === 'Enter' && activeIndex >= 0) return onEnter(activeIndex);
    const page = Math.max(1, Math.floor(this.state.height / rowHeight) - 1);
    const target = moved(event.key, { index: this.#wanted ?? activeIndex, page, count });
    if (target === undefined || count === 0) return;
    event.preventDefault();
    this.#wanted = Math.max(0, Math.min(target, count - 1));
    onActive(this.#wanted);
  };

  #tellWindow(): void {
    const { rowHeight, onWindow, count } = this.props;
    const first = Math.max(0, Math.floor(this.state.offset / rowHeight) - overscan);
    const length = Math.min(200, Math.ceil(this.state.height / rowHeight) + 2 * overscan + 1);
    const told = `${first} ${length} ${count}`;
    if (told === this.#told) return;
    this.#told = told;
    onWindow?.(first, length);
  }
}

let instances = 0;

function headerHeight({ header }: VirtualRowsProps): number {
  return header === undefined ? 0 : 26;
}

function moved(
  key: string,
  { index, page, count }: { readonly index: number; readonly page: number; readonly count: number },
): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return index + 1;
    case 'ArrowUp':
      return index < 0 ? 0 : index - 1;
    case 'PageDown':
      return index + page;
    case 'PageUp':
      return index - page;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
