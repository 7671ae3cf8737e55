/** The map that a network gives, and what makes ours of it: 1, 1, height, width, probabilities. */
import { badModel } from '../bad-model.js';
import type { ModelManifest } from '../manifest.js';
import type { OnnxFile, Port } from './file.js';
import { printable } from './reader.js';
import { MAX_SIDE, showShape } from './shape.js';
import { OWN, type Surroundings } from './surroundings.js';
import { elementTypeName, FLOAT, FLOAT16 } from './tensor.js';

/** The one output that counts. @throws BackscrubError BadModel */
export function findOutput(file: OnnxFile, manifest: ModelManifest): Port {
  const wanted = manifest.output.name;
  const states = new Set(manifest.states.map((s) => s.output));
  const free = file.outputs.filter((port) => !states.has(port.name));
  const found = wanted === undefined ? free[0] : free.find((port) => port.name === wanted);
  if (found === undefined) {
    throw badModel(
      wanted === undefined ? 'it has no output' : `it has no output called ${printable(wanted)}`,
    );
  }
  if (wanted === undefined && free.length > 1) {
    const names = free.map((port) => printable(port.name)).join(', ');
    throw badModel(
      `it has ${free.length} outputs (${names}); say in the manifest which one counts (output.name)`,
    );
  }
  if (found.type !== FLOAT && found.type !== FLOAT16) {
    throw badModel(
      `its output ${printable(found.name)} has the element type ${elementTypeName(found.type)}; float and float16 are supported`,
    );
  }
  return found;
}

/** Rank 4; sizes that the file leaves open come from the manifest. @throws BackscrubError BadModel */
export function outputShapeOf(port: Port, manifest: ModelManifest): readonly number[] {
  const { layout, width, height, channels } = manifest.output;
  const title = `its output ${printable(port.name)}`;
  const wanted = layout === 'NCHW' ? [1, channels, height, width] : [1, height, width, channels];
  let given = port.shape ?? [0, 0, 0, 0];
  // One channel is often left out.
  if (channels === 1 && given.length === 2) given = [1, ...given];
  if (channels === 1 && given.length === 3)
    given = layout === 'NCHW' ? [1, 1, ...given.slice(1)] : [...given, 1];
  if (given.length !== 4) throw badModel(`${title} has the shape [${showShape(given)}]; a picture is needed`);
  const shape = given.map((size, i) => size || wanted[i] || 0);
  if (shape.some((size, i) => (wanted[i] || size) !== size)) {
    throw badModel(`${title} has the shape [${showShape(given)}], its manifest says [${showShape(wanted)}]`);
  }
  if (shape.includes(0)) {
    throw badModel(
      `${title} has no fixed size ([${showShape(given)}]); say output.width and output.height in the manifest, or export it with fixed sizes`,
    );
  }
  const [rows = 0, columns = 0] = layout === 'NCHW' ? shape.slice(2) : shape.slice(1);
  if (rows < 2 || columns < 2)
    throw badModel(`${title} has the shape [${shape}], which is no map of a picture`);
  if (shape.some((size) => size > MAX_SIDE))
    throw badModel(`${title} has the shape [${shape}], which is too large`);
  return shape;
}

/** The network's output -> own map; returns its height and width. */
export function leave(
  port: Port,
  shape: readonly number[],
  manifest: ModelManifest,
  graph: Surroundings,
): readonly [number, number] {
  const { kind, layout, personIndex, align, channels } = manifest.output;
  const planar = layout === 'NCHW';
  const [height = 0, width = 0] = planar ? shape.slice(2) : shape.slice(1);
  let value = port.type === FLOAT16 ? graph.append('Cast', [port.name], { to: FLOAT }) : port.name;
  const reshape = (sizes: readonly number[]) =>
    graph.append('Reshape', [value, graph.constant([sizes.length], BigInt64Array.from(sizes, BigInt))]);
  // Open sizes become fixed here; a file that lied about them fails in its first run.
  if (port.shape?.length !== 4 || port.shape.includes(0)) value = reshape(shape);
  const index = graph.constant([1], BigInt64Array.of(BigInt(personIndex)));
  if (kind === 'two-class-logits') {
    // Softmax over two is the sigmoid of their difference; a 1x1 convolution subtracts.
    if (!planar) value = graph.append('Transpose', [value], { perm: [0, 3, 1, 2] });
    const weights = personIndex === 1 ? [-1, 1] : [1, -1];
    value = graph.append('Conv', [value, graph.constant([1, 2, 1, 1], Float32Array.from(weights))]);
  } else if (kind === 'class-scores') {
    if (planar) value = graph.append('Transpose', [value], { perm: [0, 2, 3, 1] });
    // The last axis: there the older definition of Softmax, which flattens, agrees with the newer one.
    value = graph.append('Softmax', [value], { axis: 3 });
    value = graph.append('Gather', [value, index], { axis: 3 });
    value = reshape([1, 1, height, width]);
  } else {
    if (channels > 1) value = graph.append('Gather', [value, index], { axis: planar ? 1 : 3 });
    if (!planar) value = reshape([1, 1, height, width]);
  }
  const size = enlarged(height, width, manifest);
  if (size[0] !== height || size[1] !== width) {
    // Before the sigmoid: an edge that is straight in logits becomes a sharp one.
    const sizes = graph.constant([4], BigInt64Array.of(1n, 1n, BigInt(size[0]), BigInt(size[1])));
    const mode = align === 'corners' ? 'align_corners' : 'half_pixel';
    const empty = graph.constant([0], new Float32Array(0));
    value = graph.append('Resize', [value, empty, empty, sizes], {
      mode: 'linear',
      coordinate_transformation_mode: mode,
    });
  }
  const sigmoid = kind === 'logits' || kind === 'two-class-logits';
  graph.append(sigmoid ? 'Sigmoid' : 'Identity', [value], {}, `${OWN}map`);
  return size;
}

/** A coarse map is enlarged to the input's size, where its values lie as the network saw them. */
function enlarged(height: number, width: number, { input }: ModelManifest): readonly [number, number] {
  return 2 * width <= input.width && 2 * height <= input.height
    ? [input.height, input.width]
    : [height, width];
}
