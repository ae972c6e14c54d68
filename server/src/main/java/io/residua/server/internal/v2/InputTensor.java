package io.residua.server.internal.v2;

/**
 * A tensor that a client sent, whose data fits its shape.
 *
 * @param shape 1 to {@value TensorShape#MAX_RANK} lengths of at least 1
 */
@SuppressWarnings("ArrayRecordComponent") // written once, then read
record InputTensor(String name, Datatype datatype, long[] shape, TensorData data) {}
