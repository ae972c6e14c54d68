/** {@code POST /predict}: pictures as people and curl send them. */
@NullMarked
package io.residua.server.internal.predict;

import org.jspecify.annotations.NullMarked;
