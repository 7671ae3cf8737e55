/**
 * Numbers of the TFLite schema (tensorflow/lite/schema/schema.fbs, version 3): builtin operators, tensor types and the
 * members of the union BuiltinOptions that the conversion reads. Operators that are only refused are listed too, so
 * that a refusal can name them.
 */

/** enum BuiltinOperator, in order from 0. */
const BUILTIN_OPERATORS = (
  'ADD AVERAGE_POOL_2D CONCATENATION CONV_2D DEPTHWISE_CONV_2D DEPTH_TO_SPACE DEQUANTIZE EMBEDDING_LOOKUP FLOOR ' +
  'FULLY_CONNECTED HASHTABLE_LOOKUP L2_NORMALIZATION L2_POOL_2D LOCAL_RESPONSE_NORMALIZATION LOGISTIC ' +
  'LSH_PROJECTION LSTM MAX_POOL_2D MUL RELU RELU_N1_TO_1 RELU6 RESHAPE RESIZE_BILINEAR RNN SOFTMAX SPACE_TO_DEPTH ' +
  'SVDF TANH CONCAT_EMBEDDINGS SKIP_GRAM CALL CUSTOM EMBEDDING_LOOKUP_SPARSE PAD UNIDIRECTIONAL_SEQUENCE_RNN ' +
  'GATHER BATCH_TO_SPACE_ND SPACE_TO_BATCH_ND TRANSPOSE MEAN SUB DIV SQUEEZE UNIDIRECTIONAL_SEQUENCE_LSTM ' +
  'STRIDED_SLICE BIDIRECTIONAL_SEQUENCE_RNN EXP TOPK_V2 SPLIT LOG_SOFTMAX DELEGATE BIDIRECTIONAL_SEQUENCE_LSTM CAST ' +
  'PRELU MAXIMUM ARG_MAX MINIMUM LESS NEG PADV2 GREATER GREATER_EQUAL LESS_EQUAL SELECT SLICE SIN TRANSPOSE_CONV ' +
  'SPARSE_TO_DENSE TILE EXPAND_DIMS EQUAL NOT_EQUAL LOG SUM SQRT RSQRT SHAPE POW ARG_MIN FAKE_QUANT REDUCE_PROD ' +
  'REDUCE_MAX PACK LOGICAL_OR ONE_HOT LOGICAL_AND LOGICAL_NOT UNPACK REDUCE_MIN FLOOR_DIV REDUCE_ANY SQUARE ' +
  'ZEROS_LIKE FILL FLOOR_MOD RANGE RESIZE_NEAREST_NEIGHBOR LEAKY_RELU SQUARED_DIFFERENCE MIRROR_PAD ABS SPLIT_V ' +
  'UNIQUE CEIL REVERSE_V2 ADD_N GATHER_ND COS WHERE RANK ELU REVERSE_SEQUENCE MATRIX_DIAG QUANTIZE MATRIX_SET_DIAG ' +
  'ROUND HARD_SWISH IF WHILE'
).split(' ');

/** Value of BuiltinOperator that says "see custom_code". */
export const CUSTOM = 32;

export function builtinName(code: number): string {
  return BUILTIN_OPERATORS[code] ?? `number ${code}`;
}

/** enum TensorType, in order from 0; size in bytes of one element, 0 = never read. */
const TENSOR_TYPES = [
  { name: 'FLOAT32', size: 4 },
  { name: 'FLOAT16', size: 2 },
  { name: 'INT32', size: 4 },
  { name: 'UINT8', size: 1 },
  { name: 'INT64', size: 8 },
  { name: 'STRING', size: 0 },
  { name: 'BOOL', size: 1 },
  { name: 'INT16', size: 2 },
  { name: 'COMPLEX64', size: 8 },
  { name: 'INT8', size: 1 },
  { name: 'FLOAT64', size: 8 },
] as const;

export type TensorType = (typeof TENSOR_TYPES)[number]['name'];

/** Name and element size of a tensor type; undefined for types newer than this reader. */
export function tensorType(code: number): { readonly name: TensorType; readonly size: number } | undefined {
  return TENSOR_TYPES[code];
}

/** Members of union BuiltinOptions. */
export const OPTIONS = {
  NONE: 0,
  CONV_2D: 1,
  DEPTHWISE_CONV_2D: 2,
  POOL_2D: 5,
  FULLY_CONNECTED: 8,
  CONCATENATION: 10,
  ADD: 11,
  RESIZE_BILINEAR: 15,
  RESHAPE: 17,
  MUL: 21,
  REDUCER: 27,
} as const;
