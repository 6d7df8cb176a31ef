import { panelLimits, type PanelPlace, type PlacesMessage } from '#protocol/panel.ts';
import type { TraceModel } from '../model.ts';
import type { Resolve, SourcePlace } from '../sourcePlace.ts';
import { placeAt } from '../taskChains.ts';

/** Gives places the numbers the panel knows them by, and tells which ones it has not heard of. */
export interface PanelPlaces {
  /** Takes in the places that a model has gained. */
  readFrom(model: TraceModel): void;
  /** Number of a place of the model; 0 for place 0. */
  idOf(modelPlace: number): number;
  /** Number of a place that the model has none for: a call frame, a finding, a site of another run. */
  idFor(place: Omit<PanelPlace, 'isInside'> & { readonly at: SourcePlace }): number;
  /** Number of a call frame. */
  frameId(frame: {
    readonly name: string;
    readonly file: string;
    readonly line: number;
    readonly column: number;
  }): number;
  /** What `openSource` asks for; `undefined` when the panel was never told of it. */
  at(id: number): PanelPlace | undefined;
  /** Everything since the last call. */
  fresh(): readonly PlacesMessage[];
  /** Forgets what was told, so that `fresh` tells all again. */
  tellAgain(): void;
}

export function panelPlaces(resolve: Resolve): PanelPlaces {
  const places: PanelPlace[] = [];
  const ids: number[] = [0];
  const others = new Map<string, number>();
  let told = 0;

  const add = (place: PanelPlace): number => {
    if (places.length >= panelLimits.places) return 0;
    places.push(place);
    return places.length;
  };

  const idFor: PanelPlaces['idFor'] = ({ at, ...rest }) => {
    const place = { ...rest, file: at.file, line: at.line, column: at.column, isInside: at.isInside };
    const key = JSON.stringify([place.kind, place.file, place.line, place.column, place.label, place.function]);
    const known = others.get(key);
    if (known !== undefined) return known;
    const id = add(shortened(place));
    others.set(key, id);
    return id;
  };

  return {
    readFrom(model) {
      for (let id = ids.length; id < model.places.length; id += 1) {
        ids.push(add(panelPlace(model, id, resolve)));
      }
    },
    idOf: (modelPlace) => ids[modelPlace] ?? 0,
    idFor,
    frameId({ name, file, line, column }) {
      const at = resolve(file, line, column);
      return idFor({ kind: 'frame', label: '', function: name, file: '', line: 0, column: 0, at });
    },
    at: (id) => places[id - 1],
    fresh() {
      const messages: PlacesMessage[] = [];
      for (; told < places.length; told += maxPlacesAtOnce) {
        messages.push({ kind: 'places', first: told + 1, places: places.slice(told, told + maxPlacesAtOnce) });
      }
      told = places.length;
      return messages;
    },
    tellAgain() {
      told = 0;
    },
  };
}

const maxPlacesAtOnce = 20_000;

/** A place of a model as people see it, with bounded texts. */
export function panelPlace(model: TraceModel, id: number, resolve: Resolve): PanelPlace {
  const place = placeAt(model, id);
  const { file, line, column, isInside } = resolve(place.file, place.line, place.column);
  const around = place.owner === 0 ? '' : placeAt(model, place.owner).label;
  return shortened({ kind: place.kind, file, line, column, label: place.label, function: around, isInside });
}

/** Hostile traces have texts of any length. */
function shortened(place: PanelPlace): PanelPlace {
  const cut = (text: string) => text.slice(0, 400);
  return {
    ...place,
    // The end of a path says more than its beginning.
    file: place.file.length > 400 ? `…${place.file.slice(-399)}` : place.file,
    label: cut(place.label),
    function: cut(place.function),
    line: whole(place.line),
    column: whole(place.column),
  };
}

function whole(value: number): number {
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}
