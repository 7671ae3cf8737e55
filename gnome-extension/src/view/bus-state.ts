import type { PropertyValues } from '../generated/values.js';

/** What is known of the service at one moment; everything that is shown follows from this alone. */
export interface BusState {
  /** The bus could start the service, whether it runs or not. */
  readonly installed: boolean;
  readonly running: boolean;
  /** What polkit says of this user; undefined while that is not known. */
  readonly allowed: boolean | undefined;
  /** The methods that the running service has. An older one lacks some. */
  readonly methods: ReadonlySet<string>;
  /** Empty while the service does not run; without those that an older one lacks. */
  readonly properties: Partial<PropertyValues>;
  readonly backgrounds: readonly BackgroundRow[] | undefined;
  readonly cameras: readonly CameraRow[] | undefined;
}

export interface BackgroundRow {
  readonly id: string;
  readonly name: string;
  readonly animated: boolean;
  readonly builtin: boolean;
  /** Why it cannot be used, or "". */
  readonly problem: string;
}

export interface CameraRow {
  readonly id: string;
  readonly name: string;
  /** Somebody asked for this one; undefined of a service that does not say. */
  readonly chosen: boolean | undefined;
  /** Why it cannot be used, or "". */
  readonly problem: string;
}

export const NOTHING_KNOWN: BusState = {
  installed: false,
  running: false,
  allowed: undefined,
  methods: new Set(),
  properties: {},
  backgrounds: undefined,
  cameras: undefined,
};

type Row = Readonly<Record<string, unknown>>;

function text(row: Row, key: string): string {
  const value = row[key];
  return typeof value === 'string' ? value : '';
}

/** What every row has. One without an id cannot be chosen and is passed over; one without a name shows its id. */
function named(rows: readonly Row[]): { row: Row; id: string; name: string; problem: string }[] {
  return rows
    .map((row) => ({ row, id: text(row, 'id'), name: text(row, 'name'), problem: text(row, 'problem') }))
    .filter(({ id }) => id !== '')
    .map((all) => ({ ...all, name: all.name || all.id }));
}

/** Rows of ListBackgrounds. */
export function backgroundRows(rows: readonly Row[]): BackgroundRow[] {
  return named(rows).map(({ row, ...rest }) => ({
    ...rest,
    animated: row['animated'] === true,
    builtin: row['builtin'] === true,
  }));
}

/** Rows of ListCameras. */
export function cameraRows(rows: readonly Row[]): CameraRow[] {
  return named(rows).map(({ row, ...rest }) => ({
    ...rest,
    chosen: typeof row['chosen'] === 'boolean' ? row['chosen'] : undefined,
  }));
}
