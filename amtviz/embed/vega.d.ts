// What amtviz uses of Vega and Vega-Embed, which the bundle brings along.

interface VegaParam {
  name: string;
  value?: any;
  expr?: string;
  bind?: any;
  select?: any;
}

interface VegaSpec {
  params?: VegaParam[];
  usermeta?: { embedOptions?: Record<string, unknown> };
  datasets?: any;
  [key: string]: any;
}

interface VegaGroup {
  signals?: { name: string; on?: { events: any; update: string }[] }[];
  marks?: VegaGroup[];
}

interface VegaView {
  amtvizPaper?: string;
  addEventListener(type: string, listener: (event: PointerEvent, item: any) => void): void;
  addSignalListener(name: string, listener: (name: string, value: any) => void): void;
  _renderer: any;
  container(): HTMLElement;
  data(name: string): any[];
  data(name: string, rows: object[]): VegaView;
  finalize(): VegaView;
  initialize(container: HTMLElement): VegaView;
  origin(): [number, number];
  padding(): { left: number; top: number };
  resize(): VegaView;
  run(): void;
  runAsync(): Promise<VegaView>;
  scale(name: string): any;
  scenegraph(): { root: any };
  signal(name: string): any;
  toImageURL(type: string, factor?: number): Promise<string>;
  tooltip(): (handler: any, event: Event, item: any, value: any) => void;
  tooltip(handler: (handler: unknown, event: MouseEvent, item: unknown, value: unknown) => void): VegaView;
  signal(name: string, value: unknown, options?: { skip?: boolean; force?: boolean }): VegaView;
}

interface VegaResult {
  view: VegaView;
  finalize(): void;
}

declare function vegaEmbed(
  container: HTMLElement,
  spec: VegaSpec,
  options: Record<string, unknown>,
): Promise<VegaResult>;

// In pages of compiled charts, instead of Vega-Embed.
declare const vega: {
  parse(spec: VegaSpec, config: object, options: { ast: boolean }): unknown;
  View: new (runtime: unknown, options: object) => VegaView;
};

// What tests and the scripts of notebooks reach from outside.
interface Window {
  amtviz: any;
  amtvizLive?: { pending: Record<string, VegaSpec>; take?: (id: string) => void };
}

interface HTMLElement {
  amtviz?: { view: VegaView; asked?: number; width?: number };
}
